/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.Arrays;

/**
 * How much better each completion of a group is than the others. Adding a constant to all rewards
 * of a group changes nothing; equal rewards, or one alone, give zeros.
 */
final class GroupAdvantage {
  private GroupAdvantage() {}

  /** r_i - mean(r); arXiv 2503.20783. */
  static double[] centred(double[] rewards) {
    double mean = Moments.of(rewards).mean();
    return Arrays.stream(rewards).map(reward -> reward - mean).toArray();
  }

  /**
   * (r_i - mean(r)) / (std(r) + epsilon), std unbiased; arXiv 2402.03300, section 4.1.2.
   * Multiplying all rewards of a group by a positive constant changes nothing but for epsilon.
   */
  static double[] standardized(double[] rewards, double epsilon) {
    double std = Math.sqrt(Moments.of(rewards).unbiasedVariance());
    return Arrays.stream(centred(rewards)).map(a -> a / (std + epsilon)).toArray();
  }

  /** r_i - mean of the others = G/(G-1) (r_i - mean(r)); arXiv 2402.14740. */
  static double[] leaveOneOut(double[] rewards) {
    double count = rewards.length;
    double factor = count > 1 ? count / (count - 1) : 0;
    return Arrays.stream(centred(rewards)).map(a -> factor * a).toArray();
  }
}
