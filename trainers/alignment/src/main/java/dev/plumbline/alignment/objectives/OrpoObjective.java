/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Odds-ratio preference optimisation: supervised fine-tuning with a penalty on the odds of the
 * worse completion.
 *
 * <pre>
 *   odds(y) = P(y) / (1 - P(y)),   P(y) = exp(log pi(y) / T_y)
 *   L(w,l)  = NLL(w) - beta log s(log odds(w) - log odds(l))
 * </pre>
 *
 * <p>Symbols: T_y is the length in tokens, s the logistic function, beta the paper's lambda. NLL is
 * the token mean over prompts and better completions of the batch ({@link BatchShape}), as in TRL's
 * ORPO trainer: prompt labels carry gradient too.
 *
 * <p>Source: Hong et al., arXiv 2403.07691.
 *
 * <p>Limits: equal mean log-probabilities give NLL + beta ln 2. The reference never runs; implicit
 * rewards are beta times the mean log-probability. A completion of probability 1 counts as one of
 * mean log-probability -1e-15, so that its odds are finite.
 *
 * <p>Worked number: beta = 0.1, mean log-probabilities -1 (4 tokens) and -1.5, a prompt of 3 labels
 * with log-probability -3: log odds ratio 0.706193, L = 7/7 + 0.1 * 0.401135 = 1.040114.
 *
 * @param beta positive; typical 0.1
 */
public record OrpoObjective(double beta) implements SeparablePairObjective {
  private static final double CERTAIN = -1e-15;

  public OrpoObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "orpo";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.MEAN_LOG_PROB.statistics();
  }

  @Override
  public LabelScope labels() {
    return LabelScope.ALL;
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double meanA = pair.a().logProb() / pair.a().length();
    double meanB = pair.b().logProb() / pair.b().length();
    double logOddsRatio = logOdds(meanA) - logOdds(meanB);
    double p = pair.belief();
    double slope = (1 - p) * sigmoid(logOddsRatio) - p * sigmoid(-logOddsRatio);
    PairValue oddsRatio =
        new PairValue(
            -p * logSigmoid(logOddsRatio) - (1 - p) * logSigmoid(-logOddsRatio),
            SequenceScore.MEAN_LOG_PROB.pullBack(pair.a(), slope * logOddsSlope(meanA)),
            SequenceScore.MEAN_LOG_PROB.pullBack(pair.b(), -slope * logOddsSlope(meanB)),
            ImplicitReward.of(beta * meanA),
            ImplicitReward.of(beta * meanB));
    return oddsRatio.times(beta).plus(1, NegativeLogLikelihood.ofRow(pair));
  }

  private static double logOdds(double logProb) {
    double x = Math.min(logProb, CERTAIN);
    // log(1 - exp(x)) in the form that loses no digits on its side of ln 2.
    return x - (x < -Math.log(2) ? Math.log1p(-Math.exp(x)) : Math.log(-Math.expm1(x)));
  }

  private static double logOddsSlope(double logProb) {
    return -1 / Math.expm1(Math.min(logProb, CERTAIN));
  }
}
