/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rewards from which the divergence of pi_old from the reference is taken off: constants. */
final class PenalizedReward {
  static final KlPenalty NO_PENALTY = new KlPenalty(0, KlEstimator.K1);

  private PenalizedReward() {}

  /** Refuses a penalty that has no meaning in a reward. */
  static void requirePlain(KlPenalty penalty) {
    if (penalty.sampling() != KlPenalty.Sampling.AS_IF_CURRENT) {
      throw new IllegalArgumentException(
          "use_bias_correction_kl goes with penalties in the loss, not in the reward");
    }
  }

  /** r - beta sum_t KL_t of each completion. */
  static double[] ofCompletions(KlPenalty penalty, RolloutStatistics group) {
    return group.rollouts().stream()
        .mapToDouble(rollout -> Arrays.stream(ofTokens(penalty, rollout)).sum())
        .toArray();
  }

  /** -beta KL_t of each token, and r more of the last. */
  static double[] ofTokens(KlPenalty penalty, RolloutSample rollout) {
    double[] rewards = new double[rollout.tokens()];
    for (int t = 0; penalty.isOn() && t < rewards.length; t++) {
      rewards[t] =
          -penalty.beta() * rollout.completion().tokenWeight(t) * penalty.inReward(rollout, t);
    }
    rewards[rewards.length - 1] += rollout.reward();
    return rewards;
  }

  /** The value, told of the divergence that the reward paid for. */
  static RolloutValue reported(KlPenalty penalty, RolloutStatistics group, RolloutValue value) {
    if (!penalty.isOn()) {
      return value;
    }
    List<RolloutReport> reports = new ArrayList<>();
    for (int r = 0; r < group.rollouts().size(); r++) {
      RolloutSample rollout = group.rollouts().get(r);
      RolloutReport report = value.reports().get(r);
      double divergence = 0;
      for (int t = 0; t < rollout.tokens(); t++) {
        divergence += rollout.completion().tokenWeight(t) * penalty.inReward(rollout, t);
      }
      reports.add(report.diverging(divergence));
    }
    return new RolloutValue(value.loss(), value.completions(), reports);
  }
}
