/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.reward.control.Requirement;

/**
 * Dynamic adjustment of the feedback: the attribute weighs more while it isn't attained, less while
 * the policy is further from the reference than it should be.
 *
 * <pre>
 *   Abar &lt;- m Abar + (1 - m) A,   Dbar &lt;- m Dbar + (1 - m) D
 *   logit(w_a) &lt;- clip( logit(w_a) + eta (10 (A* - Abar) - max(0, Dbar - D*) / D*), -4, 4 )
 * </pre>
 *
 * <p>A is the mean of what a batch's rollouts attain, D their mean KL(pi_phi || pi_ref) per token.
 * Both averages begin at the first batch's values. The name of the method promises such an
 * adjustment; the rule and its constants are our reading.
 *
 * <p>Worked number: from w_a 0.8, A = 0.5 and D = 0.3: logit = 1.386294 + 0.3 (4.9 - 1) = 2.556294,
 * w_a = 0.927995.
 *
 * @param initialAttributeWeight w_a before the first update; in (0, 1) and within the clip, typical
 *     0.8
 * @param rate eta; at least 0, where 0 keeps the weights, typical 0.3
 * @param averaging m; in [0, 1), typical 0.9
 * @param targetAttainment A*; in [0, 1], typical 0.99
 * @param targetDivergence D*, in nats per token; positive, typical 0.15
 */
public record WeightAdjustment(
    double initialAttributeWeight,
    double rate,
    double averaging,
    double targetAttainment,
    double targetDivergence) {
  private static final double ATTAINMENT_GAIN = 10;
  private static final double LARGEST_LOGIT = 4;

  public WeightAdjustment {
    double logit = logit(initialAttributeWeight);
    if (!(Math.abs(logit) <= LARGEST_LOGIT)) {
      throw new IllegalArgumentException(
          "attribute_weight must be in [s(-4), s(4)] = [0.018, 0.982], but was "
              + initialAttributeWeight
              + " (typical: 0.8)");
    }
    Requirement.atLeastZero("adjustment_rate", rate, "0.3");
    if (!(averaging >= 0 && averaging < 1)) {
      throw new IllegalArgumentException(
          "averaging must be in [0, 1), but was " + averaging + " (typical: 0.9)");
    }
    Requirement.prob("target_attainment", targetAttainment);
    Requirement.positive("target_divergence", targetDivergence, "0.15");
  }

  /** The weights before the first update. */
  public FeedbackWeights initial() {
    return new FeedbackWeights(0, 0, 0, logit(initialAttributeWeight));
  }

  /**
   * The weights after an update.
   *
   * @param attainment A, mean over the batch's rollouts
   * @param divergence D, mean over the batch's tokens, in nats
   */
  public FeedbackWeights next(FeedbackWeights weights, double attainment, double divergence) {
    boolean first = weights.updates() == 0;
    double averageAttainment = first ? attainment : average(weights.attainment(), attainment);
    double averageDivergence = first ? divergence : average(weights.divergence(), divergence);
    double push =
        ATTAINMENT_GAIN * (targetAttainment - averageAttainment)
            - Math.max(0, averageDivergence - targetDivergence) / targetDivergence;
    double logit = weights.attributeLogit() + rate * push;
    return new FeedbackWeights(
        weights.updates() + 1,
        averageAttainment,
        averageDivergence,
        Math.max(-LARGEST_LOGIT, Math.min(LARGEST_LOGIT, logit)));
  }

  private double average(double before, double now) {
    return averaging * before + (1 - averaging) * now;
  }

  private static double logit(double prob) {
    return Math.log(prob) - Math.log1p(-prob);
  }
}
