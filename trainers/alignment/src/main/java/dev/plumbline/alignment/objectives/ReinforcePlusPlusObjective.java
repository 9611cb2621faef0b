/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * REINFORCE++: PPO's loss without a critic, its advantages compared across the whole batch.
 *
 * <pre>
 *   R_t = [t = last] r - beta (log pi_old(y_t) - log pi_ref(y_t))
 *   A_t = sum_{s &gt;= t} gamma^(s-t) R_s,                            baseline NONE
 *   A_t = sum_s R_s - mean over the group of the same,            baseline GROUP_MEAN
 *   L   = token mean of -min(rho A'_t, clip(rho, 1 - e, 1 + e_high) A'_t),   A' = whitened A
 * </pre>
 *
 * <p>Symbols: rho = pi / pi_old of a token, e and e_high the clip range; whitening takes all tokens
 * of the batch to mean 0 and variance 1 ({@link Whitening}).
 *
 * <p>Source: Hu et al., arXiv 2501.03262; verl's and OpenRLHF's code. It needs the whole batch: two
 * passes. PPO with a critic that says 0 everywhere and lambda = 1 is the same.
 *
 * <p>Limits: adding a constant to all rewards changes nothing with gamma = 1 and beta = 0, or with
 * the group's mean; multiplying them all by one changes nothing but for the 1e-8. Rewards that are
 * all equal give no gradient in these cases. A batch of one token alone has no gradient.
 *
 * @param baseline what is taken off before the whitening
 * @param gamma discount per token; in (0, 1], typical 1
 * @param range epsilon 0.2 on both sides
 * @param penalty on divergence, in the reward; typical beta 0.01 with K1
 * @param correction for completions that other weights sampled
 */
public record ReinforcePlusPlusObjective(
    Baseline baseline,
    double gamma,
    ClipRange range,
    KlPenalty penalty,
    OffPolicyCorrection correction)
    implements RolloutObjective {
  /** What is taken off a completion's rewards. */
  public enum Baseline {
    /** Nothing: one completion per prompt is enough. */
    NONE,
    /** The mean of the group. */
    GROUP_MEAN
  }

  public ReinforcePlusPlusObjective {
    if (!(gamma > 0 && gamma <= 1)) {
      throw new IllegalArgumentException(
          "gamma must be in (0, 1], but was " + gamma + " (typical: 1)");
    }
    PenalizedReward.requirePlain(penalty);
  }

  /** Without correction: pi_old is the sampler. */
  public ReinforcePlusPlusObjective(
      Baseline baseline, double gamma, ClipRange range, KlPenalty penalty) {
    this(baseline, gamma, range, penalty, OffPolicyCorrection.NONE);
  }

  @Override
  public String name() {
    return switch (baseline) {
      case NONE -> "reinforce_plus_plus";
      case GROUP_MEAN -> "reinforce_plus_plus_baseline";
    };
  }

  @Override
  public Set<Statistic> statistics() {
    return penalty.statistics();
  }

  @Override
  public BatchUse batchUse() {
    return BatchUse.WHOLE;
  }

  @Override
  public List<RolloutValue> evaluate(List<RolloutStatistics> batch) {
    PolicyLoss loss =
        new PolicyLoss(
            new PolicySurrogate.Clipped(range),
            RatioLevel.TOKEN,
            new TokenAverage.OfTokens(),
            PenalizedReward.NO_PENALTY,
            correction);
    List<double[]> advantages = advantages(batch);
    List<RolloutValue> values = new ArrayList<>();
    int first = 0;
    for (RolloutStatistics group : batch) {
      int next = first + group.rollouts().size();
      values.add(
          PenalizedReward.reported(
              penalty, group, loss.evaluate(group, advantages.subList(first, next))));
      first = next;
    }
    return values;
  }

  /** Of all completions of all groups, per token. */
  List<double[]> advantages(List<RolloutStatistics> batch) {
    List<double[]> returns = new ArrayList<>();
    List<double[]> multiplicities = new ArrayList<>();
    for (RolloutStatistics group : batch) {
      switch (baseline) {
        case NONE -> group.rollouts().forEach(rollout -> returns.add(discounted(rollout)));
        case GROUP_MEAN -> {
          double[] centred = GroupAdvantage.centred(PenalizedReward.ofCompletions(penalty, group));
          for (int r = 0; r < centred.length; r++) {
            double[] same = new double[group.rollouts().get(r).tokens()];
            Arrays.fill(same, centred[r]);
            returns.add(same);
          }
        }
      }
      for (RolloutSample rollout : group.rollouts()) {
        double[] counts = new double[rollout.tokens()];
        Arrays.setAll(counts, t -> group.weight() * rollout.completion().tokenWeight(t));
        multiplicities.add(counts);
      }
    }
    return Whitening.of(returns, multiplicities);
  }

  private double[] discounted(RolloutSample rollout) {
    double[] returns = PenalizedReward.ofTokens(penalty, rollout);
    for (int t = returns.length - 2; t >= 0; t--) {
      returns[t] += gamma * returns[t + 1];
    }
    return returns;
  }
}
