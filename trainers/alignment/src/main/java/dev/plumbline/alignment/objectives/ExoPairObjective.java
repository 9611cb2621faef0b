/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoidSlope;

/**
 * Exact optimisation on pairs: the reverse KL from the policy's preference to the smoothed label,
 * where DPO has the forward one.
 *
 * <pre>
 *   q      = s(beta (u_w - u_l))
 *   L(w,l) = q log(q / (1 - e)) + (1 - q) log((1 - q) / e)
 *   dL/dh  = q (1 - q) (h - log((1 - e)/e)),   h = beta (u_w - u_l)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function, e is {@code labelSmoothing}.
 *
 * <p>Source: Ji et al., arXiv 2402.00856; TRL's {@code exo_pair}.
 *
 * <p>Limits: zero at h = log((1 - e)/e), about 6.9 for the default e; for very wrong pairs (h far
 * below 0) the derivative vanishes with q.
 *
 * <p>Worked number: beta = 0.1, e = 0.001, log-ratios 2 and -3: L = 1.945734.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param labelSmoothing e; above 0 (its logarithm is taken) and below 0.5, typical 0.001
 */
public record ExoPairObjective(double beta, double labelSmoothing) implements ScoreObjective {

  public ExoPairObjective {
    Requirements.beta(beta);
    if (!(labelSmoothing > 0 && labelSmoothing < 0.5)) {
      throw new IllegalArgumentException(
          "label_smoothing of exo_pair must be in (0, 0.5), but was "
              + labelSmoothing
              + " (typical: 0.001)");
    }
  }

  @Override
  public String name() {
    return "exo_pair";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double h = beta * (chosen - rejected);
    double logOdds = Math.log1p(-labelSmoothing) - Math.log(labelSmoothing);
    double loss =
        sigmoid(h) * (logSigmoid(h) - Math.log1p(-labelSmoothing))
            + sigmoid(-h) * (logSigmoid(-h) - Math.log(labelSmoothing));
    return DirectedLoss.ofMargin(loss, beta * sigmoidSlope(h) * (h - logOdds));
  }
}
