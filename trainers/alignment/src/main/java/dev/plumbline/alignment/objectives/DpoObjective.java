/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * Direct preference optimisation, with beliefs and label smoothing.
 *
 * <pre>
 *   h      = beta * ((log pi(a) - log pi_ref(a)) - (log pi(b) - log pi_ref(b)))
 *   L(a,b) = -(1 - e) log s(h) - e log s(-h)
 *   L_i    = p L(a,b) + (1 - p) L(b,a) = -q log s(h) - (1 - q) log s(-h)
 *   q      = p (1 - e) + (1 - p) e
 *   dL_i/d log pi(a) = beta (s(h) - q) = -dL_i/d log pi(b)
 * </pre>
 *
 * <p>Symbols: s is the logistic function, beta is {@code beta}, e is {@code labelSmoothing}, p is
 * {@link PairStatistics#belief}, pi is the policy and pi_ref the reference. The implicit reward of
 * a completion is {@code beta * (log pi - log pi_ref)}.
 *
 * <p>Sources: Rafailov et al., arXiv 2305.18290, equation 7 (p = 1, e = 0); label smoothing
 * ("conservative DPO"): the authors' reference code. A belief p is the same mixture that smoothing
 * makes, told by the annotators instead of by a setting.
 *
 * <p>Limits: where policy and reference agree (or beta tends to 0) h = 0 and L_i = ln 2, whatever
 * p; with p = 1/2 the loss is least at h = 0. For large |h| the loss grows linearly and stays
 * finite.
 *
 * <p>Worked number: beta = 0.1, p = 1, e = 0, log-ratios 2 for a and -3 for b: h = 0.5, L_i = ln(1
 * + exp(-0.5)) = 0.474077, dL_i/d log pi(a) = 0.1 (0.622459 - 1) = -0.0377541.
 *
 * @param beta strength of the pull to the reference; positive, typical 0.1 to 0.5
 * @param labelSmoothing assumed probability that a label is wrong; in [0, 0.5)
 */
public record DpoObjective(double beta, double labelSmoothing) implements SeparablePairObjective {

  public DpoObjective {
    Requirements.beta(beta);
    Requirements.labelSmoothing(labelSmoothing);
  }

  @Override
  public String name() {
    return "dpo";
  }

  @Override
  public Set<Statistic> statistics() {
    return Set.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB);
  }

  @Override
  public PairValue evaluate(PairStatistics pair) {
    double rewardA = beta * pair.a().logRatio();
    double rewardB = beta * pair.b().logRatio();
    double h = rewardA - rewardB;
    double p = pair.belief();
    double q = p * (1 - labelSmoothing) + (1 - p) * labelSmoothing;
    double loss = -q * logSigmoid(h) - (1 - q) * logSigmoid(-h);
    // (1 - q) s(h) - q s(-h) is s(h) - q without the cancellation where both are near 1.
    double derivative = beta * ((1 - q) * sigmoid(h) - q * sigmoid(-h));
    return new PairValue(
        loss,
        pair.a().derivatives(Statistic.LOG_PROB, derivative),
        pair.b().derivatives(Statistic.LOG_PROB, -derivative),
        ImplicitReward.of(rewardA),
        ImplicitReward.of(rewardB));
  }
}
