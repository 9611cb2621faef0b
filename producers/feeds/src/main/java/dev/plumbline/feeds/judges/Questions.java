/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
import dev.plumbline.feeds.judges.chat.ChatReply;
import dev.plumbline.lm.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a language model is asked about a task, and what its answers say. */
public sealed interface Questions permits AttributeQuestions, ComparisonQuestions, ScoreQuestions {
  /** The questions, in an order of their own. */
  List<ChatQuestion> about(Judgeable task);

  /**
   * What the replies say.
   *
   * @param replies to the task's questions, in their order
   */
  Opinion opinion(Judgeable task, List<ChatReply> replies);

  /**
   * The questions that the settings name.
   *
   * @param tokenizer gives the policy's, for questions about prefixes; it stays the giver's
   * @throws IllegalArgumentException when the template lacks a place
   */
  static Questions of(QuestionSettings settings, Supplier<Tokenizer> tokenizer) {
    return switch (settings.kind()) {
      case COMPARISON ->
          new ComparisonQuestions(
              template(settings, Set.of("prompt", "first", "second"), Set.of("criterion")),
              settings.format(),
              settings.disagreement());
      case SCORE ->
          new ScoreQuestions(
              template(settings, Set.of("prompt", "completion"), Set.of("criterion", "min", "max")),
              settings.format(),
              settings.scoreMin(),
              settings.scoreMax());
      case ATTRIBUTE ->
          new AttributeQuestions(
              template(settings, Set.of("completion"), Set.of("prompt", "attribute")),
              settings.format(),
              Objects.requireNonNull(settings.attribute(), "required by the settings"),
              settings.everyTokens(),
              tokenizer.get());
    };
  }

  private static Template template(
      QuestionSettings settings, Set<String> required, Set<String> optional) {
    @Nullable Path own = settings.template();
    String name =
        "%s-%s.txt"
            .formatted(
                settings.kind().name().toLowerCase(Locale.ROOT),
                settings.format().name().toLowerCase(Locale.ROOT));
    return new Template(
        own == null ? name : own.toString(),
        own == null ? Template.resource(name) : Template.read(own),
        required,
        optional);
  }

  /** A task's criterion as it is put into a sentence. */
  static String inWords(String criterion) {
    return criterion.equals(FeedbackEvent.OVERALL)
        ? "overall quality"
        : criterion.replace('_', ' ');
  }
}
