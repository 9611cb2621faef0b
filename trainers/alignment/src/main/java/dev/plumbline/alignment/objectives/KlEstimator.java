/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * Estimates of KL(pi || pi_ref) from one token, by u = log pi - log pi_ref of it; Schulman,
 * "Approximating KL divergence" (2020). Their mean over tokens that pi sampled is the divergence
 * (K2: nearly). As a loss, K2 and K3 pull towards the reference; K1's gradient has mean 0, so it
 * belongs into rewards.
 */
public enum KlEstimator {
  /** u: without bias, of either sign. */
  K1,
  /** u^2 / 2: at least 0, with a small bias. As a loss its gradient is that of the divergence. */
  K2,
  /** exp(-u) - 1 + u: at least 0, without bias. Linear in u below -20. */
  K3;

  private static final double MAX_EXPONENT = 20;

  /** The estimate, in nats. */
  public double value(double logRatio) {
    return switch (this) {
      case K1 -> logRatio;
      case K2 -> logRatio * logRatio / 2;
      case K3 -> {
        double below = Math.max(0, -logRatio - MAX_EXPONENT);
        yield Math.expm1(Math.min(-logRatio, MAX_EXPONENT))
            + below * Math.exp(MAX_EXPONENT)
            + logRatio;
      }
    };
  }

  /** The derivative of {@link #value} by u. */
  public double derivative(double logRatio) {
    return switch (this) {
      case K1 -> 1;
      case K2 -> logRatio;
      case K3 -> -Math.expm1(Math.min(-logRatio, MAX_EXPONENT));
    };
  }
}
