/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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

  /** One message. */
  record Message(String role, String content) {
    private String paragraph() {
      return Character.toUpperCase(role.charAt(0)) + role.substring(1) + ": " + content;
    }
  }

  static String prompt(List<Message> messages) {
    if (messages.size() == 1 && messages.getFirst().role().equals("user")) {
      return messages.getFirst().content();
    }
    return paragraphs(messages) + BREAK + "Assistant:";
  }

  static String answer(List<Message> messages) {
    if (messages.isEmpty()) {
      return "";
    }
    String first = messages.getFirst().content();
    return messages.size() == 1
        ? first
        : first + BREAK + paragraphs(messages.subList(1, messages.size()));
  }

  /** Reads a list of messages; {@code field} names it in complaints. */
  static List<Message> messages(String field, JsonNode node) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode element : node) {
      String place = field + "[" + messages.size() + "]";
      String role = Fields.text(place, element, "role");
      if (role.isBlank()) {
        throw new RowProblem(place + ".role must name who speaks, but was blank");
      }
      messages.add(new Message(role, Fields.text(place, element, "content")));
    }
    return messages;
  }

  private static String paragraphs(List<Message> messages) {
    return messages.stream().map(Message::paragraph).collect(Collectors.joining(BREAK));
  }
}
