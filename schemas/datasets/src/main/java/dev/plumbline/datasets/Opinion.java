/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import dev.plumbline.events.Answer;
import java.util.List;

/** What one annotator said of a row's candidates, which are named by their place, from 0. */
public sealed interface Opinion {
  /**
   * Which of two is better.
   *
   * @param first the candidate that was shown first
   * @param second the other one
   * @param answer {@link Answer#A} where the first is better
   */
  record Comparison(int first, int second, Answer answer) implements Opinion {}

  /**
   * An order of several.
   *
   * @param tiers best first; candidates of one tier are tied
   */
  record Ranking(List<List<Integer>> tiers) implements Opinion {
    public Ranking {
      tiers = tiers.stream().map(List::copyOf).toList();
    }
  }

  /** A mark on a scale that the row doesn't name. */
  record Rating(int candidate, double mark) implements Opinion {}

  /** Whether one is liked. */
  record Thumbs(int candidate, boolean up) implements Opinion {}

  /** A better text made from one. */
  record Correction(int candidate, String edited) implements Opinion {}
}
