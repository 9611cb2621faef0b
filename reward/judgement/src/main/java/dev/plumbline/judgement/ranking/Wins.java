/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

import java.util.List;
import java.util.Objects;

/** How often each candidate beat each other one. */
public final class Wins {
  private final double[][] counts;

  /** Counts that are known already, by winner and loser. */
  public Wins(double[][] counts) {
    this.counts = counts;
  }

  /** Returns the counts by winner and loser; a tie may count half on both sides. */
  public double[][] counts() {
    return counts;
  }

  /**
   * One candidate was preferred to another.
   *
   * @param winner from 0
   * @param loser from 0
   */
  public record Win(int winner, int loser) {}

  /** Counts {@code wins} among so many candidates. */
  public static Wins of(int candidates, List<Win> wins) {
    double[][] counts = new double[candidates][candidates];
    for (Win win : wins) {
      Objects.checkIndex(win.winner(), candidates);
      Objects.checkIndex(win.loser(), candidates);
      if (win.winner() == win.loser()) {
        throw new IllegalArgumentException(
            "a candidate can't be compared with itself, but %d was".formatted(win.winner()));
      }
      counts[win.winner()][win.loser()]++;
    }
    return new Wins(counts);
  }

  int candidates() {
    return counts.length;
  }
}
