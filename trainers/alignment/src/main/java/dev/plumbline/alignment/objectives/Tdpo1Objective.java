/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Token-level DPO, first form: the margin less the difference of the sequential KL divergences,
 * both with gradient.
 *
 * <pre>
 *   k_t    = KL(pi_ref(. | y_&lt;t) || pi(. | y_&lt;t)),   K(y) = sum_t k_t
 *   z      = (u_w - u_l) - (K_l - K_w)
 *   L(w,l) = -log s(beta z)
 * </pre>
 *
 * <p>Symbols: u_w and u_l are the log-ratios log pi - log pi_ref of the better and the other
 * completion, K their sequential forward KL over the full vocabulary, s the logistic function.
 *
 * <p>Source: Zeng et al., arXiv 2404.11999; the authors' code with {@code if_tdpo2} false. The
 * implicit reward is theirs, beta (u + K); beta u is logged beside it.
 *
 * <p>Limits: where policy and reference agree, ln 2, and the KLs have no gradient. It rewards
 * growth of K_w, and so drifts from the reference faster than DPO. Cost: distributions of policy
 * and reference over the vocabulary at each completion token, made in chunks; log-probabilities
 * alone don't suffice.
 *
 * <p>Worked number: beta = 0.1, log-ratios 2 and -3, K_w = 1.5, K_l = 2.5: z = 5 - 1 = 4, L = ln(1
 * + exp(-0.4)) = 0.513015.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1
 */
public record Tdpo1Objective(double beta) implements SeparablePairObjective {

  public Tdpo1Objective {
    Requirements.beta(beta);
  }

  @Override
  public String name() {
    return "tdpo1";
  }

  @Override
  public Set<Statistic> statistics() {
    return Set.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB, Statistic.FORWARD_KL);
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double divergenceA = pair.a().sum(Statistic.FORWARD_KL);
    double divergenceB = pair.b().sum(Statistic.FORWARD_KL);
    double rewardA = beta * (pair.a().logRatio() + divergenceA);
    double rewardB = beta * (pair.b().logRatio() + divergenceB);
    double h = rewardA - rewardB;
    double p = pair.belief();
    double derivative = beta * ((1 - p) * sigmoid(h) - p * sigmoid(-h));
    return new PairValue(
        -p * logSigmoid(h) - (1 - p) * logSigmoid(-h),
        derivatives(pair.a(), derivative),
        derivatives(pair.b(), -derivative),
        new ImplicitReward(rewardA, beta * divergenceA),
        new ImplicitReward(rewardB, beta * divergenceB));
  }

  private static TokenDerivatives derivatives(CompletionStatistics completion, double derivative) {
    return completion
        .derivatives(Statistic.LOG_PROB, derivative)
        .plus(completion.derivatives(Statistic.FORWARD_KL, derivative));
  }
}
