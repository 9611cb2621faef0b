/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * R-DPO: DPO that discounts what a longer completion wins by its length.
 *
 * <pre>
 *   h      = beta (u_w - u_l) - alpha (T_w - T_l)
 *   L(w,l) = -log s(h)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, T their lengths in tokens, s the logistic function.
 *
 * <p>Source: Park et al., arXiv 2403.19159, in the form where alpha stands outside of beta.
 *
 * <p>Limits: alpha = 0, or equal lengths, is DPO. With a longer better completion h starts below 0
 * and the pair is learned from more, not less: alpha asks it to earn its length in log-ratio.
 *
 * <p>Worked number: beta = 0.1, alpha = 0.01, log-ratios 2 over 4 tokens and -3 over 6: h = 0.5 +
 * 0.02, L = 0.466573.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param alpha margin asked for per token of difference; at least 0, typical 0.005 to 0.05
 */
public record RdpoObjective(double beta, double alpha) implements SeparablePairObjective {

  public RdpoObjective {
    Requirements.beta(beta);
    Requirements.atLeastZero("rdpo_alpha", alpha, "0.005 to 0.05");
  }

  @Override
  public String name() {
    return "rdpo";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double rewardA = beta * pair.a().logRatio();
    double rewardB = beta * pair.b().logRatio();
    double h = rewardA - rewardB - alpha * (pair.a().length() - pair.b().length());
    double p = pair.belief();
    double derivative = beta * ((1 - p) * sigmoid(h) - p * sigmoid(-h));
    return new PairValue(
        -p * logSigmoid(h) - (1 - p) * logSigmoid(-h),
        pair.a().derivatives(Statistic.LOG_PROB, derivative),
        pair.b().derivatives(Statistic.LOG_PROB, -derivative),
        ImplicitReward.of(rewardA),
        ImplicitReward.of(rewardB));
  }
}
