/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Contrastive preference optimisation: DPO under a uniform reference, held in place by the
 * likelihood of the better completion.
 *
 * <pre>
 *   L(w,l) = -log s(beta (log pi(w) - log pi(l))) - alpha log pi(w) / T
 * </pre>
 *
 * <p>Symbols: s is the logistic function, T the mean length of the batch's better completions, so
 * that the second term is a token mean over the batch. {@code loss} may be another function of the
 * margin; the squared one reads mean log-probabilities, as in TRL.
 *
 * <p>Source: Xu et al., arXiv 2401.08417; TRL's CPO trainer.
 *
 * <p>Limits: equal log-probabilities give ln 2 and the likelihood term; alpha = 0 leaves the first
 * term. The reference never runs; implicit rewards are beta log pi.
 *
 * <p>Worked number: beta = 0.1, alpha = 1, log-probabilities -6 over 4 tokens and -9: L = 0.554355
 * + 1.5 = 2.054355.
 *
 * @param beta positive; typical 0.1
 * @param alpha weight of the likelihood; at least 0, typical 1
 * @param loss of the margin
 */
public record CpoObjective(double beta, double alpha, MarginLoss loss)
    implements SeparablePairObjective {

  public CpoObjective {
    Requirements.beta(beta);
    Requirements.atLeastZero("cpo_alpha", alpha, "1");
  }

  @Override
  public String name() {
    return "cpo";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_PROB.statistics();
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double scoreA = score().of(pair.a());
    double scoreB = score().of(pair.b());
    double margin = scoreA - scoreB;
    double p = pair.belief();
    double derivative = p * loss.slope(beta, margin) - (1 - p) * loss.slope(beta, -margin);
    PairValue preference =
        new PairValue(
            p * loss.of(beta, margin) + (1 - p) * loss.of(beta, -margin),
            score().pullBack(pair.a(), derivative),
            score().pullBack(pair.b(), -derivative),
            ImplicitReward.of(beta * scoreA),
            ImplicitReward.of(beta * scoreB));
    return preference.plus(alpha, NegativeLogLikelihood.ofCompletion(pair));
  }

  private SequenceScore score() {
    return switch (loss) {
      case MarginLoss.Logistic logistic -> SequenceScore.LOG_PROB;
      case MarginLoss.Hinge hinge -> SequenceScore.LOG_PROB;
      case MarginLoss.Squared squared -> SequenceScore.MEAN_LOG_PROB;
    };
  }
}
