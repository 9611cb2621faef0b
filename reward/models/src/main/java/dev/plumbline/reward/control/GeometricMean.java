/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

/**
 * What PPLM does against prompts that move too far: the next token is drawn from the normalised
 * geometric mean of the moved and the unmoved distribution.
 *
 * <pre>
 *   p(v) ~ pi(v | u)^g pi(v | u_0)^(1 - g)
 * </pre>
 *
 * <p>Source: Dathathri et al., arXiv 1912.02164, section 3.3; an option of our reading.
 *
 * @param movedWeight g; in (0, 1], where 1 is off, typical 0.9
 */
public record GeometricMean(double movedWeight) {

  public GeometricMean {
    if (!(movedWeight > 0 && movedWeight <= 1)) {
      throw new IllegalArgumentException(
          "moved_weight must be in (0, 1], but was " + movedWeight + " (typical: 0.9)");
    }
  }

  /** The log-probability of every token, normalised, from those of both distributions. */
  public double[] logProbs(double[] moved, double[] unmoved) {
    LogProbs.sameVocabulary(moved, unmoved);
    double[] mean = moved.clone();
    // 0 times the logarithm of an impossible token would be no number.
    if (movedWeight < 1) {
      for (int v = 0; v < mean.length; v++) {
        mean[v] = movedWeight * moved[v] + (1 - movedWeight) * unmoved[v];
      }
    }
    return LogProbs.normalised(mean);
  }
}
