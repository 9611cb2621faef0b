/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/**
 * DPO made unbiased for labels that are wrong at a known rate.
 *
 * <pre>
 *   h      = beta * (u_w - u_l)
 *   L(w,l) = (-(1 - e) log s(h) + e log s(-h)) / (1 - 2e)
 *   dL/dh  = -((1 - e) s(-h) + e s(h)) / (1 - 2e)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function, e is {@code labelSmoothing}. Where each label is flipped
 * with probability e, the expected loss is DPO's on the true labels.
 *
 * <p>Source: Chowdhury et al., arXiv 2403.00409; TRL's {@code robust}.
 *
 * <p>Limits: e = 0 is DPO; equal log-ratios give ln 2. Unbounded below: as h grows the loss falls
 * like {@code -e h / (1 - 2e)}, and it never stops pushing.
 *
 * <p>Worked number: beta = 0.1, e = 0.1, log-ratios 2 and -3: h = 0.5, L = 0.411577, dL/dh =
 * -0.502541.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param labelSmoothing rate of wrong labels; in [0, 0.5), typical 0.1
 */
public record RobustDpoObjective(double beta, double labelSmoothing) implements ScoreObjective {

  public RobustDpoObjective {
    Requirements.beta(beta);
    Requirements.labelSmoothing(labelSmoothing);
  }

  @Override
  public String name() {
    return "robust";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double h = beta * (chosen - rejected);
    double e = labelSmoothing;
    double loss = (-(1 - e) * logSigmoid(h) + e * logSigmoid(-h)) / (1 - 2 * e);
    double slope = -((1 - e) * sigmoid(-h) + e * sigmoid(h)) / (1 - 2 * e);
    return DirectedLoss.ofMargin(loss, beta * slope);
  }
}
