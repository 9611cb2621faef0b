/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import java.util.List;

/** Tiers of several candidates: 0 is the best, and none between the best and the worst is empty. */
final class Tiers {
  private Tiers() {}

  static List<Integer> require(List<Integer> tierOf) {
    List<Integer> sorted = tierOf.stream().distinct().sorted().toList();
    if (tierOf.size() < 2 || sorted.getFirst() != 0 || sorted.getLast() != sorted.size() - 1) {
      throw new IllegalArgumentException(
          "tiers of two or more candidates must count from 0 without a gap, but were " + tierOf);
    }
    return List.copyOf(tierOf);
  }
}
