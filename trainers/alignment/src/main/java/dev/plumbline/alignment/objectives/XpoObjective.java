/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Exploratory preference optimisation: DPO on a pair of which the reference wrote one completion,
 * and optimism, which makes that completion less likely.
 *
 * <pre>
 *   L(w,l) = -log s(beta (u_w - u_l)) + alpha log pi(y_ref)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, y_ref is the one that the reference wrote, s the logistic function. {@code loss} may
 * be another function of the margin.
 *
 * <p>Source: Xie et al., arXiv 2405.21046; TRL's XPO trainer. The other completion is the policy's.
 *
 * <p>Limits: alpha = 0 is DPO; where policy and reference agree, ln 2 + alpha log pi(y_ref). A pair
 * that doesn't name exactly one completion as the reference's is refused.
 *
 * <p>Worked number: beta = 0.1, alpha = 0.00001, log-ratios 2 and -3, log pi(y_ref) = -9: L =
 * 0.474077 - 0.00009 = 0.473987.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 * @param alpha weight of the optimism; at least 0, typical 0.00001
 * @param loss of the margin
 */
public record XpoObjective(double beta, double alpha, MarginLoss loss)
    implements SeparablePairObjective {

  public XpoObjective {
    Requirements.beta(beta);
    Requirements.atLeastZero("xpo_alpha", alpha, "0.00001");
  }

  @Override
  public String name() {
    return "xpo";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  /** Exactly one of the two must be the reference's. */
  @Override
  public boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return (a == CompletionOrigin.REFERENCE) != (b == CompletionOrigin.REFERENCE);
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    boolean referenceIsA = pair.a().origin() == CompletionOrigin.REFERENCE;
    if (!takes(pair.a().origin(), pair.b().origin())) {
      throw new IllegalArgumentException(
          "xpo needs exactly one completion of each pair to be the reference's, but they were by %s and %s"
              .formatted(pair.a().origin(), pair.b().origin()));
    }
    double margin = pair.a().logRatio() - pair.b().logRatio();
    double p = pair.belief();
    double derivative = p * loss.slope(beta, margin) - (1 - p) * loss.slope(beta, -margin);
    double optimism = (referenceIsA ? pair.a() : pair.b()).logProb();
    return new PairValue(
        p * loss.of(beta, margin) + (1 - p) * loss.of(beta, -margin) + alpha * optimism,
        pair.a().derivatives(Statistic.LOG_PROB, derivative + (referenceIsA ? alpha : 0)),
        pair.b().derivatives(Statistic.LOG_PROB, -derivative + (referenceIsA ? 0 : alpha)),
        ImplicitReward.of(beta * pair.a().logRatio()),
        ImplicitReward.of(beta * pair.b().logRatio()));
  }
}
