/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

/**
 * Weighted decoding: the controller's say in the next token, beside what its prompt does.
 *
 * <pre>
 *   mu(v) = softmax_v( log pi(v) + lambda log C(a | y_&lt;t, v) )
 * </pre>
 *
 * <p>lambda = 0 is the prompted policy alone; lambda &gt; 0 without a prompt is classic
 * plug-and-play control, FUDGE's with lambda = 1. Source: our reading; as an option it keeps both
 * kinds of control comparable.
 *
 * @param lambda at least 0; typical 1
 */
public record ResidualControl(double lambda) {

  public ResidualControl {
    Requirement.atLeastZero("control_lambda", lambda, "1");
  }

  /**
   * The log-probability of every token under control.
   *
   * @param logProbs log pi(v), per token of the vocabulary; needs no normalisation
   * @param attributeLogProbs log C(a | y_&lt;t, v), per token of the vocabulary
   * @return log mu(v), normalised
   */
  public double[] logProbs(double[] logProbs, double[] attributeLogProbs) {
    double[] controlled = logProbs.clone();
    // 0 times an impossible attribute would be no number.
    if (lambda > 0) {
      LogProbs.sameVocabulary(logProbs, attributeLogProbs);
      for (int v = 0; v < controlled.length; v++) {
        controlled[v] += lambda * attributeLogProbs[v];
      }
    }
    return LogProbs.normalised(controlled);
  }
}
