/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import dev.plumbline.reward.Logistic;
import dev.plumbline.reward.control.Requirement;

/**
 * What the form that starts from preference pairs adds: feedback at the end of both completions, in
 * place of a controller at every token.
 *
 * <pre>
 *   potential(end) = 2 p - 1 for a, 1 - 2 p for b         (+1 and -1 of a certain pair)
 *   attainment     = p s(D) + (1 - p) s(-D),   D = log-ratio of a - log-ratio of b
 * </pre>
 *
 * <p>p is the pair's belief that a is better, s the logistic function, a log-ratio log pi_phi(y) -
 * log pi_ref(y). A pair nobody can decide, p = 1/2, moves nothing. The completions are older than
 * the policy, so that the truncated importance weight is what keeps them in bounds.
 *
 * <p>Source: our reading, as is that the weights adapt by how far the policy agrees with the pair.
 *
 * @param belief p; in [0, 1]
 */
public record PairFeedback(double belief) {

  public PairFeedback {
    Requirement.prob("belief", belief);
  }

  /**
   * Both completions as rollouts.
   *
   * @param behaviourA log mu(y_t) of the policy that said a; where it isn't known, the reference's
   * @param behaviourB as {@code behaviourA}
   */
  public RolloutPair rollouts(
      RolloutTokens.Model a, double[] behaviourA, RolloutTokens.Model b, double[] behaviourB) {
    double margin = logRatio(a) - logRatio(b);
    double agreement = belief * Logistic.sigmoid(margin) + (1 - belief) * Logistic.sigmoid(-margin);
    return new RolloutPair(
        RolloutTokens.judged(2 * belief - 1, agreement, a, behaviourA),
        RolloutTokens.judged(1 - 2 * belief, agreement, b, behaviourB));
  }

  private static double logRatio(RolloutTokens.Model model) {
    double sum = 0;
    for (int t = 0; t < model.logProbs().length; t++) {
      sum += model.logProbs()[t] - model.referenceLogProbs()[t];
    }
    return sum;
  }

  /** The completions of a pair, in its order. */
  public record RolloutPair(RolloutTokens a, RolloutTokens b) {}
}
