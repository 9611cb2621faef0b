/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * A ranking with what model and objective said about it.
 *
 * @param statistics from the model
 * @param value from the objective
 */
public record ScoredRanking(ListStatistics statistics, ListValue value) implements ScoredExample {

  /**
   * Of the pairs in different tiers, the share whose rewards are in the ranking's order, strictly.
   */
  public double shareOfPairsRight() {
    int right = 0;
    int pairs = 0;
    int from = 0;
    for (int tier : statistics.tierSizes()) {
      for (int better = from; better < from + tier; better++) {
        for (int worse = from + tier; worse < value.rewards().size(); worse++) {
          right += value.rewards().get(better) > value.rewards().get(worse) ? 1 : 0;
          pairs++;
        }
      }
      from += tier;
    }
    return (double) right / pairs;
  }
}
