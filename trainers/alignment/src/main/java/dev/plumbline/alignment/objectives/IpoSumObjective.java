/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Identity preference optimisation on token sums.
 *
 * <pre>
 *   L(w,l) = (u_w - u_l - 1/(2 beta))^2
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, beta the paper's tau.
 *
 * <p>Source: Azar et al., arXiv 2310.12036, as in the DPO authors' code with {@code loss.ipo}.
 * {@link IpoObjective} divides by the lengths: their betas are not comparable.
 *
 * <p>Limits: zero at a margin of 1/(2 beta); equal log-ratios give 1/(4 beta^2).
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -2: margin 4, L = (4 - 5)^2 = 1.
 *
 * @param beta tau; positive, typical 0.1
 */
public record IpoSumObjective(double beta) implements ScoreObjective {

  public IpoSumObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "ipo_sum";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double distance = chosen - rejected - 1 / (2 * beta);
    return DirectedLoss.ofMargin(distance * distance, 2 * distance);
  }
}
