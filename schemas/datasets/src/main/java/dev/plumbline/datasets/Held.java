/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import dev.plumbline.datasets.Row.Pair;
import dev.plumbline.datasets.Row.Ranking;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What formats can hold of a row; the rest is refused by name. */
final class Held {
  private Held() {}

  /** The pair that a row is. */
  static Pair pair(DatasetFormat format, Row row) {
    if (row instanceof Pair pair) {
      return pair;
    }
    if (row instanceof Ranking ranking) {
      return ranking
          .asPair()
          .orElseThrow(
              () ->
                  new RowProblem(
                      "completions",
                      "%s holds two completions, of rank 0 and 1, but the row has %d of ranks %s"
                          .formatted(
                              format,
                              ranking.completions().size(),
                              ranking.completions().stream().map(Row.Ranked::rank).toList()),
                      "nemo-ranking holds longer rankings and ties"));
    }
    throw refused(format, row);
  }

  /** The pair that a row is, with a prompt of its own. */
  static Pair explicitPair(DatasetFormat format, Row row) {
    return pair(format, row).explicit();
  }

  static RowProblem refused(DatasetFormat format, Row row) {
    return new RowProblem(
        "row", "%s can't hold %s".formatted(format, row.kind()), "it holds " + format.holds());
  }

  static Content present(@Nullable Content prompt) {
    if (prompt == null) {
      throw new IllegalStateException("an explicit pair has a prompt");
    }
    return prompt;
  }

  /** The messages of a prompt, at least one. */
  static List<Message> promptMessages(DatasetFormat format, @Nullable Content prompt) {
    List<Message> messages = present(prompt).messages(Message.USER);
    if (messages.isEmpty()) {
      throw new RowProblem(
          "prompt",
          format + " needs a prompt, but chosen and rejected begin with different messages",
          "give the row a prompt of its own");
    }
    return messages;
  }

  /** The one assistant's message that a completion is. */
  static Message answer(DatasetFormat format, String field, Content completion) {
    List<Message> messages = completion.messages(Message.ASSISTANT);
    if (messages.size() != 1 || !messages.getFirst().role().equals(Message.ASSISTANT)) {
      throw new RowProblem(
          field,
          "%s takes one assistant's message, but %s was %s"
              .formatted(format, field, shown(completion)),
          "trl-pairwise and nemo-ranking take several messages");
    }
    return messages.getFirst();
  }

  /** The text of the one assistant's message that a completion is. */
  static String answerText(DatasetFormat format, String field, Content completion) {
    return completion
        .text(Message.ASSISTANT)
        .orElseThrow(
            () ->
                new RowProblem(
                    field,
                    "%s takes one text, but %s was %s".formatted(format, field, shown(completion)),
                    "trl-pairwise and nemo-ranking take messages of any form"));
  }

  static Text textPrompt(Content prompt) {
    return text("prompt", Message.USER, prompt);
  }

  static Text textCompletion(String field, Content completion) {
    return text(field, Message.ASSISTANT, completion);
  }

  private static Text text(String field, String role, Content content) {
    return new Text(
        content
            .text(role)
            .orElseThrow(
                () ->
                    new RowProblem(
                        field,
                        "is no text and not one %s's message with nothing but a text, but %s"
                            .formatted(role, shown(content)),
                        "keep it as messages")));
  }

  /** Refuses tools. */
  static void noTools(DatasetFormat format, Extras extras) {
    if (extras.tools() != null) {
      throw new RowProblem(
          "tools",
          "%s has no place for tools, but the row has %d".formatted(format, extras.tools().size()),
          "trl-pairwise, openai-preference, alpaca, sharegpt and ms-swift have one");
    }
  }

  static Object plain(Content content) {
    return switch (content) {
      case Text text -> text.text();
      case Messages list -> plain(list.messages());
    };
  }

  static List<Object> plain(List<Message> messages) {
    return messages.stream().map(message -> (Object) message.fields()).toList();
  }

  static String shown(Content content) {
    return PlainJson.shown(plain(content));
  }
}
