/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Content.Messages;
import dev.plumbline.datasets.Content.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Message lists as plain text, for policies that know no chat template.
 *
 * <p>A prompt of one user message is that message's content. A longer one is a paragraph {@code
 * Role: content} per message, separated by blank lines, then {@code Assistant:} for the answer to
 * follow. An answer is the content of its message; further messages follow as paragraphs.
 */
final class Conversation {
  private static final String BREAK = "\n\n";

  private Conversation() {}

  static String prompt(Content prompt) {
    return switch (prompt) {
      case Text text -> text.text();
      case Messages list when list.messages().isEmpty() -> "";
      case Messages list -> {
        List<Message> messages = list.messages();
        boolean single = messages.size() == 1 && messages.getFirst().role().equals(Message.USER);
        yield single
            ? content("prompt[0]", messages.getFirst())
            : paragraphs("prompt", messages, 0) + BREAK + "Assistant:";
      }
    };
  }

  static String answer(String field, Content answer) {
    return switch (answer) {
      case Text text -> text.text();
      case Messages list when list.messages().isEmpty() -> "";
      case Messages list -> {
        String first = content(field + "[0]", list.messages().getFirst());
        yield list.messages().size() == 1
            ? first
            : first + BREAK + paragraphs(field, list.messages(), 1);
      }
    };
  }

  private static String paragraphs(String field, List<Message> messages, int from) {
    List<String> paragraphs = new ArrayList<>();
    for (int i = from; i < messages.size(); i++) {
      String role = messages.get(i).role();
      paragraphs.add(
          Character.toUpperCase(role.charAt(0))
              + role.substring(1)
              + ": "
              + content(field + "[" + i + "]", messages.get(i)));
    }
    return String.join(BREAK, paragraphs);
  }

  private static String content(String path, Message message) {
    return message
        .text()
        .orElseThrow(
            () ->
                new RowProblem(
                    path + ".content",
                    "must be a text, but the message is " + PlainJson.shown(message.fields()),
                    "parts and tool calls have no plain text"));
  }
}
