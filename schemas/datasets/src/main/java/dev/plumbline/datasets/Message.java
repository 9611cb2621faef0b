/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation, with every field that its file gives it: {@code role}, {@code
 * content}, perhaps {@code tool_calls} and others. Null and absent fields are one.
 *
 * @param fields plain data (texts, booleans, {@link Long}, {@link Double}, lists, maps), in the
 *     file's order
 */
public record Message(SequencedMap<String, @Nullable Object> fields) {
  static final String ROLE = "role";
  static final String CONTENT = "content";
  static final String USER = "user";
  static final String ASSISTANT = "assistant";
  static final String SYSTEM = "system";

  public Message {
    SequencedMap<String, @Nullable Object> kept = new LinkedHashMap<>(fields);
    kept.values().removeIf(value -> value == null);
    fields = Collections.unmodifiableSequencedMap(kept);
    if (!(fields.get(ROLE) instanceof String role) || role.isBlank()) {
      throw new IllegalArgumentException(
          "role must name who speaks, but was "
              + fields.get(ROLE)
              + " (such as user or assistant)");
    }
  }

  /** A message of a role with a text. */
  public static Message of(String role, String content) {
    SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put(ROLE, role);
    fields.put(CONTENT, content);
    return new Message(fields);
  }

  /** Returns who speaks. */
  public String role() {
    return String.valueOf(fields.get(ROLE));
  }

  /** Returns the text, or empty where the content is absent or a list of parts. */
  public Optional<String> text() {
    return fields.get(CONTENT) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** Returns the text of a message that is nothing but a role and a text. */
  Optional<String> plainText() {
    return fields.size() == 2 ? text() : Optional.empty();
  }
}
