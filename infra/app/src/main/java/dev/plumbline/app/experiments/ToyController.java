/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

/**
 * A controller that scores any beginning of a text:
 *
 * <pre>
 *   C(a | y_&lt;=t) = s( sum_{j &lt;= t} e(y_(j-2), y_(j-1), y_j) )
 * </pre>
 *
 * <p>Its evidence e isn't the world's score: what drives C up isn't all attribute. Immutable.
 */
final class ToyController {
  // [state][token]
  private final double[][] evidence;

  /**
   * @param evidence what a token in a state adds to the log-odds
   */
  ToyController(double[][] evidence) {
    this.evidence = evidence;
  }

  /** What a token in a state adds to the log-odds, which are 0 before the first token. */
  double evidence(int state, int token) {
    return evidence[state][token];
  }

  /** log C of a text with these log-odds. */
  static double attributeLogProb(double logOdds) {
    return Math.min(logOdds, 0) - Math.log1p(Math.exp(-Math.abs(logOdds)));
  }

  /** log C of the text with each token of the vocabulary added. */
  double[] attributeLogProbs(double logOdds, int state) {
    double[] attributeLogProbs = new double[evidence[state].length];
    for (int token = 0; token < attributeLogProbs.length; token++) {
      attributeLogProbs[token] = attributeLogProb(logOdds + evidence[state][token]);
    }
    return attributeLogProbs;
  }
}
