/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

/**
 * What a reward model says of two texts, and what is believed about them.
 *
 * @param a score of text a
 * @param b score of text b
 * @param belief probability that a is better, a tie counting half; in [0, 1]
 * @param margin by how much the better one should be ahead
 * @param weight what the pair counts for; at least 0
 */
public record PairScores(double a, double b, double belief, double margin, double weight) {

  public PairScores {
    PairJudgement.require(belief, margin, weight);
  }

  /** A pair whose first text is better for certain, without margin. */
  public static PairScores decided(double better, double worse) {
    return new PairScores(better, worse, 1, 0, 1);
  }

  /** The same pair, told from the other side. */
  public PairScores swapped() {
    return new PairScores(b, a, 1 - belief, margin, weight);
  }

  /** Whether one of the texts is believed better. */
  public boolean isDecided() {
    return belief != 0.5;
  }

  /** How far the text that is believed better is ahead. */
  double lead() {
    return belief > 0.5 ? a - b : b - a;
  }
}
