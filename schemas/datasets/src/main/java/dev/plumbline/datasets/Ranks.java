/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.datasets.Opinion.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Ranks as tiers. */
final class Ranks {
  private Ranks() {}

  /** The order of candidates that have these ranks, the lowest best. */
  static Ranking tiers(List<Integer> ranks) {
    SortedMap<Integer, List<Integer>> tiers = new TreeMap<>();
    for (int candidate = 0; candidate < ranks.size(); candidate++) {
      tiers.computeIfAbsent(ranks.get(candidate), rank -> new ArrayList<>()).add(candidate);
    }
    return new Ranking(List.copyOf(tiers.values()));
  }
}
