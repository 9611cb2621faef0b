/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * DPO for rankings: the Plackett-Luce likelihood that the best is picked first, then the best of
 * the rest, and so on.
 *
 * <pre>
 *   r_k = beta u_k
 *   L_i = sum_k [ log sum_{j &gt;= k} exp(r_j) - r_k ]
 * </pre>
 *
 * <p>Symbols: u_k is the log-ratio log pi - log pi_ref of the k-th best completion. Completions
 * that share a tier are in no order: L_i is the mean over all orders of them, which for the tier S
 * of m completions, R those behind it, is
 *
 * <pre>
 *   sum_{A in S, A not empty} log(sum_{A} exp(r) + sum_{R} exp(r)) / C(m, |A|) - sum_{S} r
 * </pre>
 *
 * <p>Sources: Plackett 1975; Rafailov et al., arXiv 2305.18290, appendix A.3.
 *
 * <p>Limits: two completions are DPO with belief 1, two tied ones DPO with belief 1/2. Equal
 * rewards of K completions give ln K!. A loss isn't divided by K: a long ranking says more.
 *
 * <p>Worked number: rewards 0.2, -0.3, 0.1, best first: L = 1.833843.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record PlackettLuceObjective(double beta) implements ListObjective {
  /** Largest tier: a tier of m has 2^m subsets. */
  public static final int MAX_TIER = 12;

  public PlackettLuceObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "plackett_luce";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  @Override
  public ListValue evaluate(ListStatistics ranking) {
    List<CompletionStatistics> completions = ranking.completions();
    double[] rewards = completions.stream().mapToDouble(y -> beta * y.logRatio()).toArray();
    double[] byReward = new double[rewards.length];
    double loss = 0;
    int behind = rewards.length;
    for (int tier : ranking.tierSizes().reversed()) {
      if (tier > MAX_TIER) {
        throw new IllegalArgumentException(
            "plackett_luce takes tiers of at most %d tied completions, but one had %d"
                .formatted(MAX_TIER, tier));
      }
      loss += addTier(rewards, byReward, behind - tier, behind);
      behind -= tier;
    }
    List<TokenDerivatives> derivatives = new ArrayList<>();
    for (int k = 0; k < rewards.length; k++) {
      derivatives.add(completions.get(k).derivatives(Statistic.LOG_PROB, beta * byReward[k]));
    }
    return new ListValue(loss, derivatives, Arrays.stream(rewards).boxed().toList());
  }

  /**
   * The terms of the tier from, inclusive, to, exclusive; those from {@code to} on are behind it.
   */
  private static double addTier(double[] rewards, double[] byReward, int from, int to) {
    int size = to - from;
    double loss = 0;
    for (int subset = 1; subset < 1 << size; subset++) {
      double share = 1 / binomial(size, Integer.bitCount(subset));
      double max = Double.NEGATIVE_INFINITY;
      for (int k = from; k < rewards.length; k++) {
        max = isIn(subset, k, from, to) ? Math.max(max, rewards[k]) : max;
      }
      double sum = 0;
      for (int k = from; k < rewards.length; k++) {
        sum += isIn(subset, k, from, to) ? Math.exp(rewards[k] - max) : 0;
      }
      loss += share * (max + Math.log(sum));
      for (int k = from; k < rewards.length; k++) {
        if (isIn(subset, k, from, to)) {
          byReward[k] += share * Math.exp(rewards[k] - max) / sum;
        }
      }
    }
    for (int k = from; k < to; k++) {
      loss -= rewards[k];
      byReward[k] -= 1;
    }
    return loss;
  }

  /** Whether k is still there to be picked: in the subset of its tier, or behind the tier. */
  private static boolean isIn(int subset, int k, int from, int to) {
    return k >= to || (subset >> (k - from) & 1) == 1;
  }

  private static double binomial(int n, int k) {
    double product = 1;
    for (int i = 1; i <= k; i++) {
      product = product * (n - k + i) / i;
    }
    return product;
  }
}
