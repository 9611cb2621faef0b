/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import java.util.List;

/**
 * A completion's text with what its parts count for.
 *
 * @param text the completion
 * @param marks places in it whose tokens count otherwise than 1
 */
public record MarkedText(String text, List<SpanWeight> marks) {
  public MarkedText {
    marks = List.copyOf(marks);
  }

  /** A text all of whose tokens count alike. */
  public static MarkedText of(String text) {
    return new MarkedText(text, List.of());
  }
}
