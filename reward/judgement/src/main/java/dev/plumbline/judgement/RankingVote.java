/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import java.util.List;

/**
 * What one annotator's ranking says about the order of several candidates.
 *
 * @param tierOf the tier of each candidate, counted from 0 for the best; candidates in one tier are
 *     tied, and no tier between the best and the worst is empty
 * @param trustPpm how much the ranking counts, 0 to {@link Trust#FULL_PPM}
 */
public record RankingVote(List<Integer> tierOf, int trustPpm) {
  public RankingVote {
    tierOf = Tiers.require(tierOf);
    Trust.requirePpm(trustPpm);
  }
}
