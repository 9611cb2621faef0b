/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * What one ratio contributes to the loss, given an advantage: rho = pi / pi_old = exp(u), u = log
 * pi - log pi_old.
 *
 * <p>u is held between -20 and 20, as verl does: beyond that rho is constant and has no derivative.
 */
public sealed interface PolicySurrogate {
  /** Bound of u: what exp can take without ado. */
  double MAX_LOG_RATIO = 20;

  /**
   * The contribution.
   *
   * @param logProb log pi, of what the ratio is about
   * @param logRatio u
   * @param advantage A
   */
  Term term(double logProb, double logRatio, double advantage);

  /** Whether ratios are clipped at all. */
  boolean clips();

  /**
   * A contribution to the loss.
   *
   * @param loss its value
   * @param derivative of it by log pi
   * @param clippedLow whether the ratio is below the range, and the advantage below 0
   * @param clippedHigh whether the ratio is above the range, and the advantage above 0
   */
  record Term(double loss, double derivative, boolean clippedLow, boolean clippedHigh) {}

  /**
   * PPO's: loss = -min(min(rho, cap) A, clip(rho, 1 - low, 1 + high) A). Schulman et al., arXiv
   * 1707.06347, equation 7; cap as TRL's {@code delta} (arXiv 2505.07291).
   */
  record Clipped(ClipRange range) implements PolicySurrogate {
    @Override
    public Term term(double logProb, double logRatio, double advantage) {
      double ratio = ratio(logRatio);
      double capped = Math.min(ratio, range.cap());
      double clipped = Math.clamp(ratio, 1 - range.low(), 1 + range.high());
      boolean moves =
          capped * advantage <= clipped * advantage ? capped == ratio : clipped == ratio;
      return new Term(
          -Math.min(capped * advantage, clipped * advantage),
          moves ? -advantage * slope(logRatio) : 0,
          capped < 1 - range.low() && advantage < 0,
          capped > 1 + range.high() && advantage > 0);
    }

    @Override
    public boolean clips() {
      return true;
    }
  }

  /**
   * CISPO's: loss = -sg(min(rho, max)) A log pi. MiniMax, arXiv 2506.13585, equation 4: the clipped
   * ratio is a weight, so no token is left without gradient.
   *
   * @param max largest weight; positive, typical 5
   */
  record Weighted(double max) implements PolicySurrogate {
    public Weighted {
      Requirements.positive("epsilon_high", max, "5 for cispo");
    }

    @Override
    public Term term(double logProb, double logRatio, double advantage) {
      double ratio = ratio(logRatio);
      double pull = -Math.min(ratio, max) * advantage;
      return new Term(pull * logProb, pull, false, ratio > max && advantage > 0);
    }

    @Override
    public boolean clips() {
      return true;
    }
  }

  /**
   * SAPO's: loss = -4/t s(t (rho - 1)) A, s the logistic function: a gate that closes softly on
   * both sides. arXiv 2511.20347.
   *
   * @param temperatureAbove t for A above 0; positive, typical 1
   * @param temperatureBelow t otherwise; positive, typical 1.05
   */
  record Gated(double temperatureAbove, double temperatureBelow) implements PolicySurrogate {
    public Gated {
      Requirements.positive("sapo_temperature_pos", temperatureAbove, "1");
      Requirements.positive("sapo_temperature_neg", temperatureBelow, "1.05");
    }

    @Override
    public Term term(double logProb, double logRatio, double advantage) {
      double t = advantage > 0 ? temperatureAbove : temperatureBelow;
      double gate = t * (ratio(logRatio) - 1);
      return new Term(
          -4 / t * Logistic.sigmoid(gate) * advantage,
          -4 * Logistic.sigmoidSlope(gate) * advantage * slope(logRatio),
          false,
          false);
    }

    @Override
    public boolean clips() {
      return false;
    }
  }

  /** rho. */
  static double ratio(double logRatio) {
    return Math.exp(Math.clamp(logRatio, -MAX_LOG_RATIO, MAX_LOG_RATIO));
  }

  private static double slope(double logRatio) {
    return Math.abs(logRatio) < MAX_LOG_RATIO ? ratio(logRatio) : 0;
  }
}
