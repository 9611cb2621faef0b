/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import dev.plumbline.app.models.InputException;

/** What a rebuilt lineage is to do without, as a user says it: {@code event:e-17}. */
public sealed interface Without {

  /** Events of this id. */
  record Event(String id) implements Without {}

  /** All that an annotator said. */
  record Annotator(String id) implements Without {}

  /** All that a subject said, and the items that hold the subject's texts. */
  record Subject(String id) implements Without {}

  /** All that was taken back. */
  record Tainted() implements Without {}

  /**
   * Reads the form of a user.
   *
   * @throws InputException when it is none
   */
  static Without parse(String text) {
    String id = text.substring(text.indexOf(':') + 1);
    String kind = text.substring(0, text.length() - id.length());
    if (id.isBlank()) {
      throw noForm(text);
    }
    return switch (kind) {
      case "event:" -> new Event(id);
      case "annotator:" -> new Annotator(id);
      case "subject:" -> new Subject(id);
      case "" -> {
        if (!text.equals("tainted")) {
          throw noForm(text);
        }
        yield new Tainted();
      }
      default -> throw noForm(text);
    };
  }

  private static InputException noForm(String text) {
    return new InputException(
        "--without",
        "expected event:ID, annotator:ID, subject:ID or tainted, but was '%s'".formatted(text));
  }
}
