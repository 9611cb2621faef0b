/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Identity preference optimisation, per token: the margin is drawn to a fixed distance, not pushed
 * for ever.
 *
 * <pre>
 *   L(w,l) = (u_w / T_w - u_l / T_l - 1/(2 beta))^2
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, T their lengths in tokens. beta is the paper's tau: a small one asks for a large
 * margin.
 *
 * <p>Source: Azar et al., arXiv 2310.12036; the division by the length is TRL's {@code ipo}, which
 * says that the authors confirmed it. Its beta is not comparable with {@link IpoSumObjective}'s.
 *
 * <p>Limits: zero at a margin of 1/(2 beta) per token, and rising on both sides of it; equal
 * log-ratios give 1/(4 beta^2). Logged rewards are beta times the summed log-ratios.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 over 4 tokens and -3 over 6: margin 1, L = (1 - 5)^2 =
 * 16.
 *
 * @param beta tau; positive, typical 0.1
 */
public record IpoObjective(double beta) implements ScoreObjective {

  public IpoObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "ipo";
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
    double distance = chosen - rejected - 1 / (2 * beta);
    return DirectedLoss.ofMargin(distance * distance, 2 * distance);
  }
}
