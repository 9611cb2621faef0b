/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

/** Distributions over a vocabulary, as logarithms. */
final class LogProbs {
  private LogProbs() {}

  /** Log-softmax, in place. */
  static double[] normalised(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    if (!Double.isFinite(max)) {
      throw new IllegalArgumentException(
          "a distribution needs a largest logit that is finite, but it was " + max);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    double logSum = max + Math.log(sum);
    for (int v = 0; v < logits.length; v++) {
      logits[v] -= logSum;
    }
    return logits;
  }

  static void sameVocabulary(double[] one, double[] other) {
    if (one.length != other.length) {
      throw new IllegalArgumentException(
          "both distributions must be over the same vocabulary, but had %d and %d tokens"
              .formatted(one.length, other.length));
    }
  }
}
