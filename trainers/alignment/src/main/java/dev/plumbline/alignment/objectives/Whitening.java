/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * Advantages of all tokens of a batch, moved and stretched to mean 0 and variance 1.
 *
 * <pre>
 *   A' = (A - mean(A)) / sqrt(var(A) + 1e-8),  var unbiased
 * </pre>
 *
 * <p>A token counts by its own weight and its example's. Adding a constant to all changes nothing;
 * multiplying all by one changes nothing but for the 1e-8. One alone becomes 0. Source: verl's
 * {@code masked_whiten}.
 */
final class Whitening {
  private static final double EPSILON = 1e-8;

  private Whitening() {}

  /**
   * @param values per completion, per token
   * @param multiplicities what each counts for, in the same shape
   */
  static List<double[]> of(List<double[]> values, List<double[]> multiplicities) {
    Moments moments = moments(values, multiplicities);
    return scaled(values, moments, 0);
  }

  /** Stretched to variance 1 about the mean that they have. */
  static List<double[]> ofVariance(List<double[]> values, List<double[]> multiplicities) {
    Moments moments = moments(values, multiplicities);
    return scaled(values, moments, moments.mean());
  }

  private static List<double[]> scaled(List<double[]> values, Moments moments, double mean) {
    double std = Math.sqrt(moments.unbiasedVariance() + EPSILON);
    return values.stream()
        .map(
            row -> {
              double[] whitened = row.clone();
              for (int t = 0; t < whitened.length; t++) {
                whitened[t] = (whitened[t] - moments.mean()) / std + mean;
              }
              return whitened;
            })
        .toList();
  }

  private static Moments moments(List<double[]> values, List<double[]> multiplicities) {
    Moments moments = new Moments();
    for (int r = 0; r < values.size(); r++) {
      for (int t = 0; t < values.get(r).length; t++) {
        moments.add(values.get(r)[t], multiplicities.get(r)[t]);
      }
    }
    return moments;
  }
}
