/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Self-play preference optimisation with hard labels: the better completion's log-ratio is drawn to
 * 1/(2 beta), the other's to the negative of it.
 *
 * <pre>
 *   L(w,l) = (u_w - 1/(2 beta))^2 + (u_l + 1/(2 beta))^2
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, 1/beta is the paper's eta.
 *
 * <p>Source: Wu et al., arXiv 2405.00675 with win rates 1 and 0; TRL's {@code sppo_hard}.
 *
 * <p>Limits: where policy and reference agree, 1/(2 beta^2); zero at its two targets.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3: L = (2 - 5)^2 + (-3 + 5)^2 = 13.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record SppoHardObjective(double beta) implements ScoreObjective {

  public SppoHardObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "sppo_hard";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double target = 1 / (2 * beta);
    double w = chosen - target;
    double l = rejected + target;
    return new DirectedLoss(w * w + l * l, 2 * w, 2 * l);
  }
}
