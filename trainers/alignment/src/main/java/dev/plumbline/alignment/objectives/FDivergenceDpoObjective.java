/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/**
 * DPO with another divergence than the reverse KL in the constraint that it stands for.
 *
 * <pre>
 *   L(w,l) = -log s(beta (f(u_w) - f(u_l)))
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, f the {@linkplain FDivergence divergence's} score of a log-ratio, s the logistic
 * function.
 *
 * <p>Source: Wang et al., arXiv 2309.16240; TRL's {@code f_divergence_type}.
 *
 * <p>Limits: the reverse KL is DPO; equal log-ratios give ln 2 for every divergence. Logged rewards
 * are beta times the log-ratios, whatever f is.
 *
 * <p>Worked number: beta = 0.1, Jensen-Shannon, log-ratios 2 and -3: f = -0.126928 and -3.048587, L
 * = 0.557697.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param divergence the constraint
 */
public record FDivergenceDpoObjective(double beta, FDivergence divergence)
    implements ScoreObjective {

  public FDivergenceDpoObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "sigmoid_f_divergence";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double h = beta * (divergence.score(chosen) - divergence.score(rejected));
    double slope = -beta * sigmoid(-h);
    return new DirectedLoss(
        -logSigmoid(h), slope * divergence.slope(chosen), -slope * divergence.slope(rejected));
  }
}
