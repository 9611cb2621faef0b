/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/**
 * Part of a candidate's text that annotators marked.
 *
 * @param startChar first character of the span
 * @param endChar first character after it
 * @param strengthPpm how good the span is in the annotators' belief, parts per million: -1000000
 *     (bad) to 1000000 (good)
 */
public record MarkedSpan(int startChar, int endChar, int strengthPpm) {
  public MarkedSpan {
    if (startChar < 0 || endChar <= startChar) {
      throw new IllegalArgumentException(
          "a span must end after it starts, but was %d to %d".formatted(startChar, endChar));
    }
    if (strengthPpm < -1_000_000 || strengthPpm > 1_000_000) {
      throw new IllegalArgumentException(
          "strengthPpm must lie in -1000000 to 1000000 parts per million, but was " + strengthPpm);
    }
  }

  /** Returns how good the span is, -1 (bad) to 1 (good). */
  public double strength() {
    return strengthPpm / 1e6;
  }
}
