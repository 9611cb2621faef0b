/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import dev.plumbline.lm.TokenRow;

/**
 * Two texts to compare, as token rows, mostly two completions of one prompt.
 *
 * @param a prompt with completion a
 * @param b prompt with completion b
 * @param belief probability that a is better, a tie counting half; in [0, 1]
 * @param margin by how much the better one's score should be ahead; 0 when nobody said how much
 *     better it is
 * @param weight what the pair counts for in the loss; at least 0
 */
public record RewardPair(TokenRow a, TokenRow b, double belief, double margin, double weight) {

  public RewardPair {
    PairJudgement.require(belief, margin, weight);
  }

  /** A pair whose first text is better for certain, without margin. */
  public static RewardPair decided(TokenRow better, TokenRow worse) {
    return new RewardPair(better, worse, 1, 0, 1);
  }

  PairScores scored(double scoreOfA, double scoreOfB) {
    return new PairScores(scoreOfA, scoreOfB, belief, margin, weight);
  }
}
