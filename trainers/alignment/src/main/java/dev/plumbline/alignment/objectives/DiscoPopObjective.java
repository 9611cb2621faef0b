/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoidSlope;

/**
 * DiscoPOP: the loss that a language model discovered, a blend of the logistic and the exponential
 * one.
 *
 * <pre>
 *   h      = beta (u_w - u_l),   k = s(h / tau)
 *   L(w,l) = -(1 - k) log s(h) + k exp(-h)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, s the logistic function, tau is {@code temperature}.
 *
 * <p>Source: Lu et al., arXiv 2406.08414, "log-ratio modulated loss"; TRL's {@code discopop}.
 *
 * <p>Limits: equal log-ratios give (ln 2 + 1)/2, and there is a local minimum at small negative
 * margins: it isn't convex. For h far below 0, k exp(-h) is evaluated as exp(log k - h): with tau
 * at most 1 it can't overflow.
 *
 * <p>Worked number: beta = 0.1, tau = 0.05, log-ratios 2 and -3: h = 0.5, L = 0.606525.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param temperature tau; in (0, 1], typical 0.05
 */
public record DiscoPopObjective(double beta, double temperature) implements ScoreObjective {

  public DiscoPopObjective {
    Requirements.beta(beta);
    if (!(temperature > 0 && temperature <= 1)) {
      throw new IllegalArgumentException(
          "discopop_tau must be in (0, 1], but was " + temperature + " (typical: 0.05)");
    }
  }

  @Override
  public String name() {
    return "discopop";
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double h = beta * (chosen - rejected);
    double z = h / temperature;
    double logistic = -logSigmoid(h);
    double exponential = Math.exp(logSigmoid(z) - h);
    double slopeOfBlend = sigmoidSlope(z) / temperature;
    double slope =
        -sigmoid(-z) * sigmoid(-h)
            - slopeOfBlend * logistic
            + exponential * (sigmoid(-z) / temperature - 1);
    return DirectedLoss.ofMargin(sigmoid(-z) * logistic + exponential, beta * slope);
  }
}
