/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * The hinge on the implicit rewards' margin, of RSO and of SLiC with a reference.
 *
 * <pre>
 *   L(w,l) = max(0, 1 - beta (u_w - u_l))
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, beta the pull to the reference.
 *
 * <p>Source: Liu et al., arXiv 2309.06657; TRL's {@code hinge}.
 *
 * <p>Limits: equal log-ratios give 1; from a margin of 1/beta on, loss and derivative are 0. At the
 * kink itself the derivative is taken as 0.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3: L = 1 - 0.5 = 0.5, derivative by u_w -0.1.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 */
public record HingeObjective(double beta) implements ScoreObjective {

  public HingeObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "hinge";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double slack = 1 - beta * (chosen - rejected);
    return slack > 0 ? DirectedLoss.ofMargin(slack, -beta) : DirectedLoss.ofMargin(0, 0);
  }
}
