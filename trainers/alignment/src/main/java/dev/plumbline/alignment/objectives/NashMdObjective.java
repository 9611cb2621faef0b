/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Nash mirror descent: a policy-gradient step towards what beats a mixture of policy and reference.
 *
 * <pre>
 *   L_i = beta sum_t sg(log pi(y_t) - log pi_ref(y_t)) log pi(y_t) - (p - 1/2) log pi(y)
 * </pre>
 *
 * <p>Symbols: y is the policy's completion; the other one was drawn from the geometric mixture
 * pi^(1-m) pi_ref^m (m = 0.5). p is the probability that y is preferred, sg the stop-gradient. It
 * reads the belief as that p: linear in it, so L_i is the mixture of both directions too.
 *
 * <p>Source: Munos et al., arXiv 2312.00886; TRL's Nash-MD trainer. L_i is a surrogate: its
 * derivative is the gradient estimate, its value has no meaning of its own.
 *
 * <p>Limits: p = 1/2 leaves only the pull to the reference; where policy and reference agree, only
 * the preference. The opponent's completion has no derivative. A pair that doesn't name exactly one
 * completion as the policy's is refused.
 *
 * <p>Worked number: beta = 0.1, p = 0.7, log-probabilities -2 and -1, references -2.5 and -0.75: L
 * = 0.1 (0.5 (-2) + (-0.25) (-1)) - 0.2 (-3) = 0.525.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 */
public record NashMdObjective(double beta) implements SeparablePairObjective {

  public NashMdObjective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "nash_md";
  }

  @Override
  public Set<Statistic> statistics() {
    return SequenceScore.LOG_RATIO.statistics();
  }

  /** Exactly one of the two must be the policy's. */
  @Override
  public boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return (a == CompletionOrigin.POLICY) != (b == CompletionOrigin.POLICY);
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    boolean policyIsA = pair.a().origin() == CompletionOrigin.POLICY;
    if (!takes(pair.a().origin(), pair.b().origin())) {
      throw new IllegalArgumentException(
          "nash_md needs exactly one completion of each pair to be the policy's, but they were by %s and %s"
              .formatted(pair.a().origin(), pair.b().origin()));
    }
    CompletionStatistics drawn = policyIsA ? pair.a() : pair.b();
    double preferred = (policyIsA ? pair.belief() : 1 - pair.belief()) - 0.5;
    double loss = 0;
    double[] derivatives = new double[drawn.tokens()];
    for (int t = 0; t < derivatives.length; t++) {
      double logProb = drawn.value(Statistic.LOG_PROB, t);
      double logRatio = logProb - drawn.value(Statistic.REFERENCE_LOG_PROB, t);
      derivatives[t] = drawn.tokenWeight(t) * (beta * logRatio - preferred);
      loss += derivatives[t] * logProb;
    }
    TokenDerivatives ofDrawn = TokenDerivatives.of(Statistic.LOG_PROB, derivatives);
    return new PairValue(
        loss,
        policyIsA ? ofDrawn : TokenDerivatives.none(),
        policyIsA ? TokenDerivatives.none() : ofDrawn,
        ImplicitReward.of(beta * pair.a().logRatio()),
        ImplicitReward.of(beta * pair.b().logRatio()));
  }
}
