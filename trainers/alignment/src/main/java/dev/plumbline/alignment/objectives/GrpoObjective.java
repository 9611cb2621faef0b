/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Group-relative policy optimisation: PPO's loss with the group's mean reward for a critic.
 *
 * <pre>
 *   A_i = (r_i - mean(r)) / (std + 1e-4)
 *   L   = mean_i mean_t [ -min(rho A_i, clip(rho, 1 - e, 1 + e_high) A_i) + beta k3 ]
 * </pre>
 *
 * <p>Symbols: r_i is the reward of completion i of the group, rho = pi / pi_old of a token, e and
 * e_high the clip range, k3 the estimate of the divergence from the reference ({@link
 * KlEstimator}). std is the group's, the batch's, or 0 with nothing added ({@link RewardScale}).
 * Which means are taken, and of what, depends on the {@link GrpoVariant}.
 *
 * <p>Source: Shao et al., arXiv 2402.03300, equation 3; TRL's GRPO trainer.
 *
 * <p>Limits: equal rewards, or a group of one, leave only the penalty. Adding a constant to a
 * group's rewards changes nothing; multiplying them by one changes nothing but for the 1e-4, if std
 * is the group's. Where pi = pi_old, the gradient is that of -A_i log pi: plain policy gradient.
 *
 * <p>Worked number: rewards 1 and 0 of two completions of one token, rho = 1.5 and 1, e = 0.2, beta
 * = 0: advantages 0.707007 and -0.707007, L = (-1.2 + 1) 0.707007 / 2 = -0.070701.
 *
 * @param variant which member of the family
 * @param scale what advantages are divided by
 * @param penalty on divergence, in the loss
 * @param correction for completions that other weights sampled
 */
public record GrpoObjective(
    GrpoVariant variant, RewardScale scale, KlPenalty penalty, OffPolicyCorrection correction)
    implements RolloutObjective {
  private static final double STD_EPSILON = 1e-4;

  /** Without correction: pi_old is the sampler. */
  public GrpoObjective(GrpoVariant variant, RewardScale scale, KlPenalty penalty) {
    this(variant, scale, penalty, OffPolicyCorrection.NONE);
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public Set<Statistic> statistics() {
    return penalty.statistics();
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.SEPARABLE;
  }

  @Override
  public List<RolloutValue> evaluate(List<RolloutStatistics> batch) {
    PolicyLoss loss =
        new PolicyLoss(
            variant.surrogate(), variant.level(), variant.average(), penalty, correction);
    return batch.stream().map(group -> loss.evaluate(group, advantages(group))).toList();
  }

  private double[] advantages(RolloutStatistics group) {
    double[] rewards = group.rewards();
    return switch (scale) {
      case GROUP -> GroupAdvantage.standardized(rewards, STD_EPSILON);
      case BATCH -> {
        double std = group.batch().rewardStd() + STD_EPSILON;
        yield Arrays.stream(GroupAdvantage.centred(rewards)).map(a -> a / std).toArray();
      }
      case NONE -> GroupAdvantage.centred(rewards);
    };
  }
}
