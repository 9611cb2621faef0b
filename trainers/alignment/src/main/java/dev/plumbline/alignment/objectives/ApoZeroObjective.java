/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.sigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoidSlope;

/**
 * Anchored preference optimisation, zero: raises the better completion and lowers the other, each
 * by itself. For data better than the policy.
 *
 * <pre>
 *   L(w,l) = 1 - s(beta u_w) + s(beta u_l)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function.
 *
 * <p>Source: D'Oosterlinck et al., arXiv 2408.06266; TRL's {@code apo_zero}.
 *
 * <p>Limits: where policy and reference agree, 1; between 0 and 2, so that no pair weighs more than
 * 2.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3: L = 0.875723.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record ApoZeroObjective(double beta) implements ScoreObjective {

  public ApoZeroObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "apo_zero";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double w = beta * chosen;
    double l = beta * rejected;
    return new DirectedLoss(
        sigmoid(-w) + sigmoid(l), -beta * sigmoidSlope(w), beta * sigmoidSlope(l));
  }
}
