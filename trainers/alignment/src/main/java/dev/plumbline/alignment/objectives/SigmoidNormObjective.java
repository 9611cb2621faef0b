/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/**
 * DPO on log-ratios per token, so that length alone makes no margin.
 *
 * <pre>
 *   L(w,l) = -log s(beta (u_w / T_w - u_l / T_l))
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, T their lengths in tokens, s the logistic function.
 *
 * <p>Source: Lambert et al. (Tulu 3), arXiv 2411.15124; TRL's {@code sigmoid_norm}.
 *
 * <p>Limits: equal mean log-ratios give ln 2. Margins are a length smaller than DPO's: beta is
 * larger in practice. Logged rewards are beta times the summed log-ratios.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 over 4 tokens and -3 over 6: margin 1, L = ln(1 +
 * exp(-0.1)) = 0.644397.
 *
 * @param beta positive; typical 0.1 to 5
 */
public record SigmoidNormObjective(double beta) implements ScoreObjective {

  public SigmoidNormObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "sigmoid_norm";
  }

  @Override
  public SequenceScore score() {
    return SequenceScore.MEAN_LOG_RATIO;
  }

  @Override
  public SequenceScore rewardScore() {
    return SequenceScore.LOG_RATIO;
  }

  @Override
  public DirectedLoss loss(double chosen, double rejected) {
    double h = beta * (chosen - rejected);
    return DirectedLoss.ofMargin(-logSigmoid(h), -beta * sigmoid(-h));
  }
}
