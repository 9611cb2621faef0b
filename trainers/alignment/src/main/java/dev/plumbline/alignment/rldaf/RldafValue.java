/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import java.util.List;

/**
 * What one batch of rollouts says.
 *
 * @param loss L, which has no meaning of its own: rewards say whether a policy gets better
 * @param byLogProb derivative of L by log pi_phi(y_t | s_t), per rollout and token, of a rollout
 *     that counts once: its weight is still to be multiplied
 * @param advantages A_t, in the same shape
 * @param attainment mean of what the rollouts attain
 * @param divergence mean KL(pi_phi || pi_ref) per token, in nats
 * @param effectiveSampleShare (sum rho)^2 / sum rho^2 of the truncated importance weights, per
 *     token; 1 where all are equal
 * @param next the weights for the next update
 */
public record RldafValue(
    double loss,
    List<double[]> byLogProb,
    List<double[]> advantages,
    double attainment,
    double divergence,
    double effectiveSampleShare,
    FeedbackWeights next) {

  public RldafValue {
    byLogProb = List.copyOf(byLogProb);
    advantages = List.copyOf(advantages);
  }
}
