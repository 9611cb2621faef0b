/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.TokenRow;

/**
 * A preference pair in token ids: the prompt with completion a, and with completion b.
 *
 * @param a prompt and completion a
 * @param b prompt and completion b
 * @param belief probability that a is better, a tie counting half; in [0, 1]
 * @param weight what the pair counts for in the loss; at least 0
 */
public record EncodedPair(TokenRow a, TokenRow b, double belief, double weight) {

  public EncodedPair {
    requireBelief(belief);
    requireWeight(weight);
  }

  static void requireBelief(double belief) {
    if (!(belief >= 0 && belief <= 1)) {
      throw new IllegalArgumentException("belief must be in [0, 1], but was " + belief);
    }
  }

  static void requireWeight(double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be at least 0, but was " + weight);
    }
  }
}
