/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Token-level DPO, second form: only the worse completion's divergence is held down.
 *
 * <pre>
 *   k_t    = KL(pi_ref(. | y_&lt;t) || pi(. | y_&lt;t)),   K(y) = sum_t k_t
 *   z(w,l) = (u_w - u_l) - alpha (K_l - sg(K_w))
 *   L(w,l) = -log s(beta z(w,l))
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, K their sequential forward KL over the full vocabulary, sg the stop-gradient, s the
 * logistic function. With belief p each direction stops the gradient of its own better side: L_i
 * has derivatives by K_b with weight p and by K_a with weight 1 - p.
 *
 * <p>Source: Zeng et al., arXiv 2404.11999; the authors' code with {@code if_tdpo2} true. The
 * implicit reward is theirs, beta (u + K) without alpha; beta u is logged beside it.
 *
 * <p>Limits: alpha = 0 is DPO; where policy and reference agree, ln 2, and the KLs have no
 * gradient. Drifts from the reference much slower than DPO. Cost: as {@link Tdpo1Objective}.
 *
 * <p>Worked number: beta = 0.1, alpha = 0.5, log-ratios 2 and -3, K_w = 1.5, K_l = 2.5: z = 5 - 0.5
 * = 4.5, L = ln(1 + exp(-0.45)) = 0.493249.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 * @param alpha weight of the divergences; at least 0, typical 0.5
 */
public record Tdpo2Objective(double beta, double alpha) implements SeparablePairObjective {

  public Tdpo2Objective {
    Requirements.beta(beta);
    Requirements.atLeastZero("tdpo_alpha", alpha, "0.5");
  }

  @Override
  public String name() {
    return "tdpo2";
  }

  @Override
  public Set<Statistic> statistics() {
    return Set.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB, Statistic.FORWARD_KL);
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double logRatioA = pair.a().logRatio();
    double logRatioB = pair.b().logRatio();
    double divergenceA = pair.a().sum(Statistic.FORWARD_KL);
    double divergenceB = pair.b().sum(Statistic.FORWARD_KL);
    // z(b,a) = -z(a,b): the stop-gradient changes derivatives, not values.
    double h = beta * (logRatioA - logRatioB - alpha * (divergenceB - divergenceA));
    double p = pair.belief();
    double aBetter = -p * beta * sigmoid(-h);
    double bBetter = -(1 - p) * beta * sigmoid(h);
    return new PairValue(
        -p * logSigmoid(h) - (1 - p) * logSigmoid(-h),
        derivatives(pair.a(), aBetter - bBetter, -alpha * bBetter),
        derivatives(pair.b(), bBetter - aBetter, -alpha * aBetter),
        new ImplicitReward(beta * (logRatioA + divergenceA), beta * divergenceA),
        new ImplicitReward(beta * (logRatioB + divergenceB), beta * divergenceB));
  }

  private static TokenDerivatives derivatives(
      CompletionStatistics completion, double byLogProb, double byDivergence) {
    return completion
        .derivatives(Statistic.LOG_PROB, byLogProb)
        .plus(completion.derivatives(Statistic.FORWARD_KL, byDivergence));
  }
}
