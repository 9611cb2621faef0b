/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * A group of rollouts with what model and objective said about it.
 *
 * @param statistics from the model
 * @param value from the objective
 */
public record ScoredRollouts(RolloutStatistics statistics, RolloutValue value)
    implements ScoredExample {

  /** Mean reward of the group. */
  public double meanReward() {
    return Moments.of(statistics.rewards()).mean();
  }

  /** Unbiased standard deviation of the group's rewards; 0 of one completion. */
  public double rewardStd() {
    return Math.sqrt(Moments.of(statistics.rewards()).unbiasedVariance());
  }
}
