/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/**
 * What one annotator's mark says about a span of a text.
 *
 * @param startChar first character of the span
 * @param endChar first character after it
 * @param strengthPpm how good the span is, parts per million: -1000000 (bad) to 1000000 (good)
 * @param trustPpm how much the mark counts, 0 to {@link Trust#FULL_PPM}
 */
public record SpanMarking(int startChar, int endChar, int strengthPpm, int trustPpm) {
  public SpanMarking {
    if (strengthPpm < -Trust.FULL_PPM || strengthPpm > Trust.FULL_PPM) {
      throw new IllegalArgumentException(
          "strength must lie in -1000000 to 1000000 parts per million, but was " + strengthPpm);
    }
    Trust.requirePpm(trustPpm);
  }
}
