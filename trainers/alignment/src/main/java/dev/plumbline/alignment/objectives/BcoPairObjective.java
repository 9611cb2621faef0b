/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/**
 * Binary classifier optimisation on pairs, without its running reward shift.
 *
 * <pre>
 *   L(w,l) = -log s(beta u_w) - log s(-beta u_l)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function: a classifier of better and worse whose logit is the implicit
 * reward.
 *
 * <p>Source: Jung et al., arXiv 2404.04656; TRL's {@code bco_pair} in its DPO trainer, which has no
 * shift delta.
 *
 * <p>Limits: where policy and reference agree, 2 ln 2. Not a function of the margin.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3: L = 1.152494.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record BcoPairObjective(double beta) implements ScoreObjective {

  public BcoPairObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "bco_pair";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double w = beta * chosen;
    double l = beta * rejected;
    return new DirectedLoss(
        -logSigmoid(w) - logSigmoid(-l), -beta * sigmoid(-w), beta * sigmoid(l));
  }
}
