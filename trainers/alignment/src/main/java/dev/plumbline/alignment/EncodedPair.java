/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.BatchShape;
import dev.plumbline.alignment.objectives.Requirements;
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
    EncodedCompletion a, EncodedCompletion b, double belief, double tieProb, double weight)
    implements EncodedExample {

  public EncodedPair {
    Requirements.belief(belief);
    Requirements.tieProb(belief, tieProb);
    Requirements.weight(weight);
  }

  /** A pair whose ties aren't told from half a win each, of completions without marks. */
  public EncodedPair(TokenRow a, TokenRow b, double belief, double weight) {
    this(EncodedCompletion.of(a), EncodedCompletion.of(b), belief, 0, weight);
  }

  BatchShape.Lengths lengths() {
    return new BatchShape.Lengths(
        a.completionLength(), b.completionLength(), a.rowLength(), b.rowLength(), belief, weight);
  }
}
