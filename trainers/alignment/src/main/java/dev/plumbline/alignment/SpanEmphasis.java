/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * What marked spans count for in the loss, from what was said of the span and of the completion.
 *
 * <pre>
 *   factor = emphasis^(strength * standing)
 * </pre>
 *
 * <p>A loss raises completions that are believed better and lowers the others. A span marked good
 * is why a better one is better, a span marked bad why a worse one is worse: there tokens count
 * more, and less where mark and standing disagree. Half as much is as far from 1 as twice as much,
 * so marks move the middle of no completion. A completion of unknown standing has no direction in
 * which to count.
 *
 * @param emphasis factor of a mark of full strength in a completion of full standing; at least 1
 */
public record SpanEmphasis(double emphasis) {
  public SpanEmphasis {
    if (!(emphasis >= 1) || Double.isInfinite(emphasis)) {
      throw new IllegalArgumentException(
          "span_emphasis must be at least 1, but was " + emphasis + " (typical: 2)");
    }
  }

  /**
   * What the span's tokens count for.
   *
   * @param strength of the mark, -1 (bad) to 1 (good)
   * @param standing of the completion, -1 (surely worse) to 1 (surely better): 2 p - 1 of a pair
   *     with belief p that it is better
   */
  public double factor(double strength, double standing) {
    if (!(Math.abs(strength) <= 1 && Math.abs(standing) <= 1)) {
      throw new IllegalArgumentException(
          "strength and standing must be in [-1, 1], but were %s and %s"
              .formatted(strength, standing));
    }
    return Math.pow(emphasis, strength * standing);
  }
}
