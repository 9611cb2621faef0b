/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

/** The reward of one token, from what it gains and what both models say about it. */
@FunctionalInterface
public interface TokenReward {

  /**
   * @param attributeGain what the token adds to the potential: log C(a | y_&lt;=t) - log C(a |
   *     y_&lt;t) under a controller
   * @param logProb log pi_phi(y_t | s_t)
   * @param referenceLogProb log pi_ref(y_t | x, y_&lt;t)
   * @param attributeWeight w_a; the weight of fluency is w_f = 1 - w_a
   */
  double of(double attributeGain, double logProb, double referenceLogProb, double attributeWeight);

  /**
   * Our reading:
   *
   * <pre>
   *   r_t = w_a (log C(a | y_&lt;=t) - log C(a | y_&lt;t)) - w_f (log pi_phi(y_t | s_t) - log pi_ref(y_t | x, y_&lt;t))
   * </pre>
   *
   * <p>The attribute term telescopes: over a rollout it is log C(end) - log C(start), whatever way
   * the text took. The fluency term is KL control: its expectation under the policy is minus the
   * divergence from the reference. A bare {@code + w_f log pi_ref} in its place looks like fluency
   * too, but rewards whatever the reference finds most probable, over and over: text collapses.
   *
   * <p>Worked number: w_a = 0.8, log C from -0.7 to -0.4, log pi = -1, log pi_ref = -1.5: 0.8 * 0.3
   * - 0.2 * 0.5 = 0.14.
   */
  static TokenReward klShaped() {
    return KlShaped.INSTANCE;
  }
}
