/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.feeds.judges.Opinion.Failure;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
import dev.plumbline.feeds.judges.chat.ChatQuestion.Format;
import dev.plumbline.feeds.judges.chat.ChatReply;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** How good a candidate is, on a scale, asked of each candidate alone. */
final class ScoreQuestions implements Questions {
  private final Template template;
  private final Format format;
  private final double min;
  private final double max;

  ScoreQuestions(Template template, Format format, double min, double max) {
    this.template = template;
    this.format = format;
    this.min = min;
    this.max = max;
  }

  @Override
  public List<ChatQuestion> about(Judgeable task) {
    return task.candidates().stream()
        .map(
            shown ->
                new ChatQuestion(
                    template.fill(
                        Map.of(
                            "prompt", task.prompt(),
                            "completion", shown.text(),
                            "criterion", Questions.inWords(task.criterion()),
                            "min", plain(min),
                            "max", plain(max))),
                    format))
        .toList();
  }

  @Override
  public Opinion opinion(Judgeable task, List<ChatReply> replies) {
    List<Score> scores = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      Shown shown = task.candidates().get(i);
      switch (replies.get(i)) {
        case ChatReply.Answered(String text) -> {
          OptionalDouble score = new AnswerText(text, format).score(min, max);
          if (score.isPresent()) {
            scores.add(Score.of(shown.id(), score.getAsDouble()));
          } else {
            failures.add(new Failure(shown.id(), expected(), text));
          }
        }
        case ChatReply.Unusable(String reason, String raw) ->
            failures.add(new Failure(shown.id(), reason, raw));
      }
    }
    return new Opinion(scores, List.of(), failures);
  }

  private String expected() {
    String range = "from %s to %s".formatted(plain(min), plain(max));
    return switch (format) {
      case PLAIN -> "expected a number " + range;
      case JSON ->
          "expected a JSON object such as {\"score\": %s}, a number %s"
              .formatted(plain(max), range);
    };
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
