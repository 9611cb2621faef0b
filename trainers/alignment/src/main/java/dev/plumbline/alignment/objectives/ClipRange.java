/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * How far a ratio pi / pi_old may leave 1 before it stops to count.
 *
 * @param low epsilon: below 1 - low, what is worse than average is pushed down no more
 * @param high epsilon_high: above 1 + high, what is better than average is pushed up no more
 * @param cap delta: the ratio counts at most this, whatever the advantage; infinity for no cap.
 *     With an advantage below 0 it is the c of dual-clip PPO (arXiv 1912.09729; typical: 3), if it
 *     is above 1 + high
 */
public record ClipRange(double low, double high, double cap) {
  public ClipRange {
    Requirements.atLeastZero("epsilon", low, "0.2");
    Requirements.atLeastZero("epsilon_high", high, "0.2 to 0.28");
    if (!(cap > 1)) {
      throw new IllegalArgumentException(
          "delta must be above 1, but was " + cap + " (typical: above 1 + epsilon_high)");
    }
  }

  /** A range without cap. */
  public ClipRange(double low, double high) {
    this(low, high, Double.POSITIVE_INFINITY);
  }

  /** The same with a cap. */
  public ClipRange capped(double cap) {
    return new ClipRange(low, high, cap);
  }
}
