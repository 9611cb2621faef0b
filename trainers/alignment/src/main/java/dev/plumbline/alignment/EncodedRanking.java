/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.ListStatistics;
import dev.plumbline.alignment.objectives.Requirements;
import java.util.List;

/**
 * Completions of one prompt in the order of a ranking, in token ids.
 *
 * @param completions best first; at least 2
 * @param tierSizes how many of them, in order, are tied; sums to their number
 * @param weight what the ranking counts for in the loss; at least 0
 */
public record EncodedRanking(
    List<EncodedCompletion> completions, List<Integer> tierSizes, double weight)
    implements EncodedExample {
  public EncodedRanking {
    completions = List.copyOf(completions);
    tierSizes = List.copyOf(tierSizes);
    ListStatistics.requireTiers(completions.size(), tierSizes);
    Requirements.weight(weight);
  }
}
