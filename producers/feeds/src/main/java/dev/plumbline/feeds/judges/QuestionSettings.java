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
                "What is asked: which of two is better, for every pair of candidates and in both orders, or a score of each candidate alone.",
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
    @Setting(doc = "The best score.", defaultValue = "10") double scoreMax) {

  public QuestionSettings {
    if (!(scoreMin < scoreMax)) {
      throw new IllegalArgumentException(
          "score_max must be above score_min (%s), but was %s".formatted(scoreMin, scoreMax));
    }
  }

  /** What can be asked. */
  public enum Kind {
    /** Which of two is better. */
    COMPARISON,
    /** How good one is. */
    SCORE
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
