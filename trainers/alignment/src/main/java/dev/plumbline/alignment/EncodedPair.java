/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.TokenRow;

/**
 * A preference pair in token ids: the prompt with completion a, and with completion b.
 *
 * @param a prompt and completion a
 * @param b prompt and completion b
 * @param belief probability that a is better, a tie counting half; in [0, 1]
 * @param tieProb probability that neither is better; at most twice the smaller of belief and 1 -
 *     belief
 * @param weight what the pair counts for in the loss; at least 0
 */
public record EncodedPair(
    EncodedCompletion a, EncodedCompletion b, double belief, double tieProb, double weight) {

  public EncodedPair {
    requireBelief(belief);
    requireTieProb(belief, tieProb);
    requireWeight(weight);
  }

  /** A pair whose ties aren't told from half a win each, of completions without marks. */
  public EncodedPair(TokenRow a, TokenRow b, double belief, double weight) {
    this(EncodedCompletion.of(a), EncodedCompletion.of(b), belief, 0, weight);
  }

  BatchShape.Lengths lengths() {
    return new BatchShape.Lengths(
        a.completionLength(), b.completionLength(), a.rowLength(), b.rowLength(), belief, weight);
  }

  static void requireBelief(double belief) {
    if (!(belief >= 0 && belief <= 1)) {
      throw new IllegalArgumentException("belief must be in [0, 1], but was " + belief);
    }
  }

  static void requireTieProb(double belief, double tieProb) {
    // The sum of three rounded probabilities may miss 1 by a rounding.
    if (!(tieProb >= 0 && tieProb <= 2 * Math.min(belief, 1 - belief) + 1e-12)) {
      throw new IllegalArgumentException(
          "tie_prob must be in [0, 2 min(belief, 1 - belief)] = [0, %s], but was %s"
              .formatted(2 * Math.min(belief, 1 - belief), tieProb));
    }
  }

  static void requireWeight(double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be at least 0, but was " + weight);
    }
  }
}
