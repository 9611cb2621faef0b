/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import java.util.List;

/**
 * How often a version beats the base on the same prompts. Ties say nothing about either and are
 * shown beside the rate.
 *
 * @param wins prompts where the version's completion scores higher
 * @param losses prompts where the base's completion scores higher
 * @param ties prompts where both score the same
 */
public record WinRate(int wins, int losses, int ties) {
  public WinRate {
    if (wins < 0 || losses < 0 || ties < 0) {
      throw new IllegalArgumentException(
          "counts must not be negative, but were %d wins, %d losses, %d ties"
              .formatted(wins, losses, ties));
    }
  }

  /**
   * Compares score with score.
   *
   * @param version one score per prompt
   * @param base one score per prompt, in the same order
   */
  public static WinRate of(List<Integer> version, List<Integer> base) {
    if (version.size() != base.size()) {
      throw new IllegalArgumentException(
          "one score per prompt and side expected, but there were %d of the version and %d of the base"
              .formatted(version.size(), base.size()));
    }
    int wins = 0;
    int losses = 0;
    for (int i = 0; i < version.size(); i++) {
      int order = Integer.compare(version.get(i), base.get(i));
      wins += order > 0 ? 1 : 0;
      losses += order < 0 ? 1 : 0;
    }
    return new WinRate(wins, losses, version.size() - wins - losses);
  }

  /** wins / (wins + losses); one half where every prompt is a tie. */
  public double rate() {
    int decided = wins + losses;
    return decided == 0 ? 0.5 : (double) wins / decided;
  }

  /** ties / prompts; 0 where there are no prompts. */
  public double tieShare() {
    int prompts = wins + losses + ties;
    return prompts == 0 ? 0 : (double) ties / prompts;
  }
}
