/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Set;

/**
 * REINFORCE leave-one-out: the baseline of a completion is the mean reward of the others.
 *
 * <pre>
 *   R_i = r_i - beta sum_t [log pi_old(y_t) - log pi_ref(y_t)]
 *   A_i = R_i - mean_{j != i} R_j
 *   L   = mean_i -min(rho_i A_i, clip(rho_i, 1 - e, 1 + e_high) A_i)
 * </pre>
 *
 * <p>Symbols: rho_i = pi(y_i) / pi_old(y_i) of the whole completion, e and e_high the clip range.
 * With {@link RatioLevel#TOKEN}, each token has its ratio and L takes their mean, over the
 * completions' tokens and then over completions; {@link RatioLevel#SEQUENCE_MEAN} takes the
 * geometric mean of the tokens' ratios.
 *
 * <p>Source: Ahmadian et al., arXiv 2402.14740; TRL's RLOO trainer. The penalty is part of the
 * reward and has no gradient of its own.
 *
 * <p>Limits: adding a constant to all rewards of a group changes nothing, multiplying them
 * multiplies the advantages. Equal rewards, or a group of one, give no gradient if beta is 0. Where
 * pi = pi_old, the gradient of L is the unbiased one of REINFORCE.
 *
 * <p>Worked number: rewards 1, 0 and 2, beta = 0: advantages 0, -1.5 and 1.5.
 *
 * @param level what a ratio is about
 * @param range epsilon 0.2 on both sides
 * @param penalty on divergence, in the reward; typical beta 0.05 with K1
 * @param correction for completions that other weights sampled
 */
public record RlooObjective(
    RatioLevel level, ClipRange range, KlPenalty penalty, OffPolicyCorrection correction)
    implements RolloutObjective {
  public RlooObjective {
    PenalizedReward.requirePlain(penalty);
  }

  /** Without correction: pi_old is the sampler. */
  public RlooObjective(RatioLevel level, ClipRange range, KlPenalty penalty) {
    this(level, range, penalty, OffPolicyCorrection.NONE);
  }

  @Override
  public String name() {
    return switch (level) {
      case SEQUENCE -> "rloo";
      case SEQUENCE_MEAN -> "rloo_mean";
      case TOKEN -> "rloo_token";
    };
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
            new PolicySurrogate.Clipped(range),
            level,
            new TokenAverage.OfSequenceMeans(),
            PenalizedReward.NO_PENALTY,
            correction);
    return batch.stream()
        .map(
            group -> {
              double[] rewards = PenalizedReward.ofCompletions(penalty, group);
              return PenalizedReward.reported(
                  penalty, group, loss.evaluate(group, GroupAdvantage.leaveOneOut(rewards)));
            })
        .toList();
  }
}
