/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.reward.Logistic;

/**
 * A Bradley-Terry reward as a controller, so that preference pairs can stand in for a classifier:
 *
 * <pre>
 *   C(y) = s(r(y) - r_baseline)
 * </pre>
 *
 * <p>s is the logistic function: C is the probability that the text would be preferred to one of
 * the baseline's reward. Source: our reading.
 *
 * @param baseline r_baseline, for example the mean reward of the reference's completions
 */
public record RewardController(double baseline) {

  public RewardController {
    Requirement.finite("reward_baseline", baseline);
  }

  /** log C of a text with a reward; stays exact where C is 0 or 1 to rounding. */
  public double attributeLogProb(double reward) {
    return Logistic.logSigmoid(reward - baseline);
  }
}
