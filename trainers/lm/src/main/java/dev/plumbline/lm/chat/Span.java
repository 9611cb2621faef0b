/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

/**
 * A part of a text, in chars: from {@code start} up to, not including, {@code end}. It may be
 * empty.
 */
public record Span(int start, int end) {
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "a span must be ordered and not negative, but was %d to %d".formatted(start, end));
    }
  }
}
