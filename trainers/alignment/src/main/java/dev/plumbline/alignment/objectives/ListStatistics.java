/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * What a list objective sees of one ranking.
 *
 * @param completions what the model says about each completion, best first; at least 2
 * @param tierSizes how many of them, in order, are tied; sums to their number
 * @param weight w, what the ranking counts for; at least 0
 */
public record ListStatistics(
    List<CompletionStatistics> completions, List<Integer> tierSizes, double weight) {
  public ListStatistics {
    completions = List.copyOf(completions);
    tierSizes = List.copyOf(tierSizes);
    requireTiers(completions.size(), tierSizes);
    Requirements.weight(weight);
  }

  /** Refuses tiers that don't part that many completions. */
  public static void requireTiers(int completions, List<Integer> tierSizes) {
    int sum = tierSizes.stream().mapToInt(Integer::intValue).sum();
    if (completions < 2 || sum != completions || tierSizes.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "a ranking needs at least 2 completions in tiers of at least 1 that sum to their number, but %d were in tiers of %s"
              .formatted(completions, tierSizes));
    }
  }
}
