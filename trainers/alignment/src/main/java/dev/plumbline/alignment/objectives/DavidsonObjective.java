/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * DPO with Davidson's model of ties: a tie is an answer of its own, and it pulls two completions to
 * equal rewards.
 *
 * <pre>
 *   h          = beta (u_a - u_b)
 *   P(a better) = exp(h/2) / Z,   P(b better) = exp(-h/2) / Z,   P(tie) = nu / Z
 *   Z          = exp(h/2) + exp(-h/2) + nu
 *   L_i        = -p_a log P(a better) - p_b log P(b better) - p_tie log P(tie)
 *   dL_i/dh    = (P(a better) - P(b better) - p_a + p_b) / 2
 * </pre>
 *
 * <p>Symbols: u_a and u_b are the log-ratios log pi - log pi_ref, p_a, p_b and p_tie the belief's
 * three parts ({@link PairStatistics#probABetter}, {@link PairStatistics#probBBetter}, {@link
 * PairStatistics#tieProb}). This is its own rule for beliefs: a tie isn't half a win for each.
 *
 * <p>Sources: Davidson 1970; for DPO: Chen et al., arXiv 2409.17431 (DPO-D).
 *
 * <p>Limits: nu to 0 without ties is DPO. At equal log-ratios P(tie) = nu / (2 + nu), and a certain
 * tie has derivative 0 there and pulls back from both sides alike.
 *
 * <p>Worked number: beta = 0.1, nu = 1, log-ratios 2 and -3, p_a = 0.5, p_tie = 0.3, p_b = 0.2: P =
 * 0.419229, 0.326496, 0.254275, L_i = 1.044338.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param nu how likely ties are; positive, typical 1 (a third of the answers at equal rewards)
 */
public record DavidsonObjective(double beta, double nu) implements SeparablePairObjective {

  public DavidsonObjective {
    Requirements.beta(beta);
    Requirements.positive("davidson_nu", nu, "1");
  }

  @Override
  public String name() {
    return "davidson";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double rewardA = beta * pair.a().logRatio();
    double rewardB = beta * pair.b().logRatio();
    double h = rewardA - rewardB;
    // Z without its largest term, which is exp(|h|/2) or nu.
    double shift = Math.max(Math.abs(h) / 2, Math.log(nu));
    double a = Math.exp(h / 2 - shift);
    double b = Math.exp(-h / 2 - shift);
    double z = a + b + Math.exp(Math.log(nu) - shift);
    double pull = pair.probABetter() - pair.probBBetter();
    double loss = -pull * h / 2 - pair.tieProb() * Math.log(nu) + shift + Math.log(z);
    double derivative = beta * ((a - b) / z - pull) / 2;
    return new PairValue(
        loss,
        pair.a().derivatives(Statistic.LOG_PROB, derivative),
        pair.b().derivatives(Statistic.LOG_PROB, -derivative),
        ImplicitReward.of(rewardA),
        ImplicitReward.of(rewardB));
  }
}
