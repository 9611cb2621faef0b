/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.events.Answer;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Settings of what a {@link ChatJudge} asks. */
public record QuestionSettings(
    @Setting(
            doc =
                "What is asked: which of two is better, for every pair of candidates and in both orders; a score of each candidate alone; or how probable it is that it has an attribute, of its beginnings too.",
            defaultValue = "comparison")
        Kind kind,
    @Setting(
            doc = "What the answer is to be: a letter or number alone, or a JSON object.",
            defaultValue = "plain")
        ChatQuestion.Format format,
    @Setting(
            doc =
                "A question of one's own, in a file; infra/docs/judges.md says what stands in it.")
        @Nullable Path template,
    @Setting(
            doc = "What it means when the two orders of a pair get different answers.",
            defaultValue = "tie")
        Disagreement disagreement,
    @Setting(doc = "The worst score.", defaultValue = "1") double scoreMin,
    @Setting(doc = "The best score.", defaultValue = "10") double scoreMax,
    @Setting(doc = "The attribute that is asked about, as it is put into a sentence: friendly.")
        @Nullable String attribute,
    @Setting(
            doc = "Tokens between two questions about the beginnings of a completion.",
            defaultValue = "8",
            min = "1")
        int everyTokens) {

  public QuestionSettings {
    if (!(scoreMin < scoreMax)) {
      throw new IllegalArgumentException(
          "score_max must be above score_min (%s), but was %s".formatted(scoreMin, scoreMax));
    }
    if (kind == Kind.ATTRIBUTE && attribute == null) {
      throw new IllegalArgumentException("attribute is required for kind attribute");
    }
  }

  /** What can be asked. */
  public enum Kind {
    /** Which of two is better. */
    COMPARISON,
    /** How good one is. */
    SCORE,
    /** How probable it is that one, or the beginning of one, has an attribute. */
    ATTRIBUTE
  }

  /** Meanings of different answers to the same question in two orders. */
  public enum Disagreement {
    /** Equally good, as far as this judge can see. */
    TIE,
    /** No judgement. */
    CANT_TELL;

    Answer answer() {
      return switch (this) {
        case TIE -> Answer.TIE;
        case CANT_TELL -> Answer.CANT_TELL;
      };
    }
  }
}
