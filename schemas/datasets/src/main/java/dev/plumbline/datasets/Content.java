/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.List;
import java.util.Optional;

/** A prompt or a completion: a text, or a list of messages. Kept as the file has it. */
public sealed interface Content {
  /** A text. */
  record Text(String text) implements Content {}

  /** Messages, oldest first. */
  record Messages(List<Message> messages) implements Content {
    public Messages {
      messages = List.copyOf(messages);
    }
  }

  /** Returns the messages; a text becomes one message of the given role. */
  default List<Message> messages(String role) {
    return switch (this) {
      case Text text -> List.of(Message.of(role, text.text()));
      case Messages list -> list.messages();
    };
  }

  /** Returns the text; of a message list, only where it is one message of that role and a text. */
  default Optional<String> text(String role) {
    return switch (this) {
      case Text text -> Optional.of(text.text());
      case Messages list ->
          list.messages().size() == 1 && list.messages().getFirst().role().equals(role)
              ? list.messages().getFirst().plainText()
              : Optional.empty();
    };
  }
}
