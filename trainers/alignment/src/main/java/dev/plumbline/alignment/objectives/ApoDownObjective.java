/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.sigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoidSlope;

/**
 * Anchored preference optimisation, down: lowers both completions, the worse one more. For data
 * worse than the policy.
 *
 * <pre>
 *   L(w,l) = s(beta u_w) + 1 - s(beta (u_w - u_l))
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function.
 *
 * <p>Source: D'Oosterlinck et al., arXiv 2408.06266; TRL's {@code apo_down}.
 *
 * <p>Limits: where policy and reference agree, 1; between 0 and 2. The better completion's reward
 * falls: that is the purpose.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3: L = 0.549834 + 1 - 0.622459 = 0.927375.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record ApoDownObjective(double beta) implements ScoreObjective {

  public ApoDownObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "apo_down";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double w = beta * chosen;
    double h = beta * (chosen - rejected);
    double slope = beta * sigmoidSlope(h);
    return new DirectedLoss(sigmoid(w) + sigmoid(-h), beta * sigmoidSlope(w) - slope, slope);
  }
}
