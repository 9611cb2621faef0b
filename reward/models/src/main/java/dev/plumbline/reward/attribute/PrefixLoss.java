/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import dev.plumbline.reward.Logistic;

/**
 * The logistic loss of a text's prefixes: half of it is that of the whole text, half that of its
 * beginnings, each counting the same. The empty beginning knows nothing and counts nothing.
 *
 * <pre>
 *   L = sum_t w_t (-log s(z_t))        z_t = score of t tokens, turned where the text hasn't the attribute
 * </pre>
 *
 * @param value in nats
 * @param derivatives dL / d score, per prefix
 */
@SuppressWarnings("ArrayRecordComponent") // on its way into a pull-back, never compared
record PrefixLoss(double value, double[] derivatives) {
  private static final double WHOLE = 0.5;

  /**
   * @param scores of the prefixes of 0, 1, ... all tokens, in log-odds; at least two
   */
  static PrefixLoss of(double[] scores, boolean has) {
    double sign = has ? 1 : -1;
    double loss = 0;
    double[] derivatives = new double[scores.length];
    for (int t = 1; t < scores.length; t++) {
      double weight = weight(t, scores.length - 1);
      loss -= weight * Logistic.logSigmoid(sign * scores[t]);
      derivatives[t] = -weight * sign * Logistic.sigmoid(-sign * scores[t]);
    }
    return new PrefixLoss(loss, derivatives);
  }

  /** What the prefix of {@code t} of all tokens counts; over t from 1 on they add up to 1. */
  static double weight(int t, int tokens) {
    if (tokens == 1) {
      return 1;
    }
    return t == tokens ? WHOLE : (1 - WHOLE) / (tokens - 1);
  }
}
