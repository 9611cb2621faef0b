/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.Arrays;
import java.util.List;

/**
 * Lengths and rewards over a whole optimizer batch, known before anything is computed; groups count
 * by their weights. As with {@link BatchShape}, a group's share of a token mean then needs no other
 * group's statistics: sum of losses / sum of tokens = mean over groups of losses / {@code
 * meanTokens}.
 *
 * @param meanTokens (weighted) completion tokens of a group
 * @param rewardStd unbiased standard deviation of all rewards; 0 where there is one alone
 */
public record RolloutShape(double meanTokens, double rewardStd) {

  /**
   * What is known of one group.
   *
   * @param tokens (weighted) completion tokens of all its completions
   * @param rewards of its completions
   * @param weight what it counts for
   */
  public record Group(double tokens, List<Double> rewards, double weight) {
    public Group {
      rewards = List.copyOf(rewards);
    }
  }

  /** The shape of a batch; of one without weight, as if all weights were 1. */
  public static RolloutShape of(List<Group> groups) {
    double weights = groups.stream().mapToDouble(Group::weight).sum();
    double[] multiplicities =
        groups.stream().mapToDouble(group -> weights == 0 ? 1 : group.weight()).toArray();
    double tokens = 0;
    Moments rewards = new Moments();
    for (int i = 0; i < multiplicities.length; i++) {
      tokens += multiplicities[i] * groups.get(i).tokens();
      for (double reward : groups.get(i).rewards()) {
        rewards.add(reward, multiplicities[i]);
      }
    }
    return new RolloutShape(
        tokens / Arrays.stream(multiplicities).sum(), Math.sqrt(rewards.unbiasedVariance()));
  }
}
