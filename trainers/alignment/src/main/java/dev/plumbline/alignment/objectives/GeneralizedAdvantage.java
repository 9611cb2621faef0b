/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Generalised advantage estimation over one completion.
 *
 * <pre>
 *   delta_t = r_t + gamma V_{t+1} - V_t
 *   A_t     = delta_t + gamma lambda A_{t+1}
 *   R_t     = A_t + V_t
 * </pre>
 *
 * <p>Symbols: r_t is the reward after token t, V_t what the critic expected before it; both are 0
 * after the last token. R_t is what the critic should have said.
 *
 * <p>Source: Schulman et al., arXiv 1506.02438, equation 16.
 *
 * <p>Limits: lambda = 1 gives the discounted sum of rewards less V_t, lambda = 0 gives delta_t. A
 * critic that says 0 with lambda = 1 gives REINFORCE.
 *
 * <p>Worked number: rewards 0 and 1, values 0.5 and 0.5, gamma = 1, lambda = 0.95: A = (0.475,
 * 0.5), R = (0.975, 1).
 *
 * @param gamma discount per token; in (0, 1], typical 1
 * @param lambda how far rewards are looked ahead for; in [0, 1], typical 0.95
 */
public record GeneralizedAdvantage(double gamma, double lambda) {
  public GeneralizedAdvantage {
    if (!(gamma > 0 && gamma <= 1)) {
      throw new IllegalArgumentException(
          "gamma must be in (0, 1], but was " + gamma + " (typical: 1)");
    }
    Requirements.share("lam", lambda);
  }

  /** A_t of each token, before any whitening. */
  public double[] advantages(double[] rewards, double[] values) {
    if (rewards.length != values.length) {
      throw new IllegalArgumentException(
          "one value per reward expected, but %d rewards had %d"
              .formatted(rewards.length, values.length));
    }
    double[] advantages = new double[rewards.length];
    double nextAdvantage = 0;
    double nextValue = 0;
    for (int t = rewards.length - 1; t >= 0; t--) {
      double delta = rewards[t] + gamma * nextValue - values[t];
      nextAdvantage = delta + gamma * lambda * nextAdvantage;
      nextValue = values[t];
      advantages[t] = nextAdvantage;
    }
    return advantages;
  }

  /** R_t of each token. */
  public double[] returns(double[] rewards, double[] values) {
    double[] returns = advantages(rewards, values);
    for (int t = 0; t < returns.length; t++) {
      returns[t] += values[t];
    }
    return returns;
  }
}
