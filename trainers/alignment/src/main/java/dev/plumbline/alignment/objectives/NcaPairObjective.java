/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/**
 * Noise-contrastive alignment of pairs: absolute rewards instead of their difference.
 *
 * <pre>
 *   L(w,l) = -log s(beta u_w) - 1/2 log s(-beta u_w) - 1/2 log s(-beta u_l)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function. The second term keeps the better completion from growing
 * without end.
 *
 * <p>Source: Chen et al., arXiv 2402.05369; TRL's {@code nca_pair}.
 *
 * <p>Limits: where policy and reference agree, 2 ln 2. Equal log-ratios of both completions are not
 * a zero of the derivative: it isn't a function of the margin.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3: L = 1.274386.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record NcaPairObjective(double beta) implements ScoreObjective {

  public NcaPairObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "nca_pair";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double w = beta * chosen;
    double l = beta * rejected;
    return new DirectedLoss(
        -logSigmoid(w) - 0.5 * logSigmoid(-w) - 0.5 * logSigmoid(-l),
        beta * (0.5 * sigmoid(w) - sigmoid(-w)),
        beta * 0.5 * sigmoid(l));
  }
}
