/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * DPO with Rao and Kupper's model of ties: who is better by less than a threshold isn't told apart.
 *
 * <pre>
 *   h           = beta (u_a - u_b),   c = log theta
 *   P(a better) = s(h - c),   P(b better) = s(-h - c)
 *   P(tie)      = (theta^2 - 1) P(a better) P(b better)
 *   L_i         = -p_a log P(a better) - p_b log P(b better) - p_tie log P(tie)
 *   dL_i/dh     = -(p_a + p_tie) s(c - h) + (p_b + p_tie) s(c + h)
 * </pre>
 *
 * <p>Symbols: u_a and u_b are the log-ratios log pi - log pi_ref, s the logistic function, p_a, p_b
 * and p_tie the belief's three parts ({@link PairStatistics#probABetter}, {@link
 * PairStatistics#probBBetter}, {@link PairStatistics#tieProb}). This is its own rule for beliefs: a
 * tie isn't half a win for each.
 *
 * <p>Sources: Rao and Kupper 1967; for DPO: Chen et al., arXiv 2409.17431 (DPO-RK).
 *
 * <p>Limits: theta to 1 without ties is DPO. At equal log-ratios P(tie) = (theta - 1)/(theta + 1);
 * a certain tie has derivative 0 there and pulls back from both sides alike.
 *
 * <p>Worked number: beta = 0.1, theta = 2, log-ratios 2 and -3, p_a = 0.5, p_tie = 0.3, p_b = 0.2:
 * P = 0.451863, 0.315441, 0.232697, L_i = 1.034928.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param theta threshold; above 1, typical 2 (a third of the answers are ties at equal rewards)
 */
public record RaoKupperObjective(double beta, double theta) implements SeparablePairObjective {

  public RaoKupperObjective {
    Requirements.beta(beta);
    if (!(theta > 1) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException(
          "rao_kupper_theta must be above 1, but was " + theta + " (typical: 2)");
    }
  }

  @Override
  public String name() {
    return "rao_kupper";
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
    double c = Math.log(theta);
    double winsOrTies = pair.probABetter() + pair.tieProb();
    double losesOrTies = pair.probBBetter() + pair.tieProb();
    double loss =
        -winsOrTies * logSigmoid(h - c)
            - losesOrTies * logSigmoid(-h - c)
            - pair.tieProb() * Math.log((theta - 1) * (theta + 1));
    double derivative = beta * (losesOrTies * sigmoid(c + h) - winsOrTies * sigmoid(c - h));
    return new PairValue(
        loss,
        pair.a().derivatives(Statistic.LOG_PROB, derivative),
        pair.b().derivatives(Statistic.LOG_PROB, -derivative),
        ImplicitReward.of(rewardA),
        ImplicitReward.of(rewardB));
  }
}
