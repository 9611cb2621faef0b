/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * Wilson's score interval of a proportion at 95 % confidence.
 *
 * <pre>
 *   (k + z^2/2 +- z sqrt(k (n - k) / n + z^2/4)) / (n + z^2),  z = 1.959964
 * </pre>
 *
 * <p>Source: E. B. Wilson, JASA 22 (1927), p. 209. Unlike the normal interval it stays in [0, 1]
 * and is sensible for few trials. Worked number: 8 of 10 gives 0.490 to 0.943.
 *
 * @param low lower bound
 * @param high upper bound
 */
public record WilsonInterval(double low, double high) {
  private static final double Z = 1.959963984540054;

  /** The interval of {@code successes} in {@code trials}; 0 to 1 when nothing was tried. */
  public static WilsonInterval of(long successes, long trials) {
    if (successes < 0 || trials < successes) {
      throw new IllegalArgumentException(
          "successes must be in 0 to trials, but were %d of %d".formatted(successes, trials));
    }
    if (trials == 0) {
      return new WilsonInterval(0, 1);
    }
    double k = successes;
    double n = trials;
    double centre = k + Z * Z / 2;
    double half = Z * Math.sqrt(k * (n - k) / n + Z * Z / 4);
    return new WilsonInterval(
        Math.max(0, (centre - half) / (n + Z * Z)), Math.min(1, (centre + half) / (n + Z * Z)));
  }
}
