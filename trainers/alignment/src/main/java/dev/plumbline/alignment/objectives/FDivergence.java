/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static dev.plumbline.alignment.objectives.Logistic.logSigmoid;
import static dev.plumbline.alignment.objectives.Logistic.sigmoid;

/**
 * How far a policy is from its reference, as DPO sees it: a score f of the log-ratio u = log pi -
 * log pi_ref, which is the derivative of the f-divergence at the ratio exp(u), up to a constant.
 *
 * <p>Forward KL and alpha exponentiate the log-ratio of a whole sequence. The exponent stops at
 * {@value #MAX_EXPONENT}: beyond it the score is constant and its slope 0.
 *
 * <p>Source: Wang et al., arXiv 2309.16240; bounds and constants as in TRL.
 */
public sealed interface FDivergence {
  /** Largest exponent; exp(80) is about 5.5e34. */
  double MAX_EXPONENT = 80;

  /** f(u). */
  double score(double logRatio);

  /** df/du; positive, except where the exponent has stopped. */
  double slope(double logRatio);

  /** f(u) = u. */
  record ReverseKl() implements FDivergence {
    @Override
    public double score(double logRatio) {
      return logRatio;
    }

    @Override
    public double slope(double logRatio) {
      return 1;
    }
  }

  /** f(u) = -exp(-u): what the reference gives and the policy doesn't weighs most. */
  record ForwardKl() implements FDivergence {
    @Override
    public double score(double logRatio) {
      return -Math.exp(Math.min(-logRatio, MAX_EXPONENT));
    }

    @Override
    public double slope(double logRatio) {
      return -logRatio > MAX_EXPONENT ? 0 : Math.exp(-logRatio);
    }
  }

  /** f(u) = log s(u): bounded above, so that a better completion isn't raised for ever. */
  record JensenShannon() implements FDivergence {
    @Override
    public double score(double logRatio) {
      return logSigmoid(logRatio);
    }

    @Override
    public double slope(double logRatio) {
      return sigmoid(-logRatio);
    }
  }

  /**
   * f(u) = (exp((a - 1) u) - 1)/(a - 1), between forward KL (a = 0) and reverse KL (a = 1, its
   * limit). The constant -1/(a - 1) cancels in every margin.
   *
   * @param coefficient a; finite, typical 0.5
   */
  record Alpha(double coefficient) implements FDivergence {
    public Alpha {
      if (!Double.isFinite(coefficient)) {
        throw new IllegalArgumentException(
            "f_alpha_divergence_coef must be finite, but was " + coefficient + " (typical: 0.5)");
      }
    }

    @Override
    public double score(double logRatio) {
      double order = coefficient - 1;
      return order == 0 ? logRatio : Math.expm1(Math.min(order * logRatio, MAX_EXPONENT)) / order;
    }

    @Override
    public double slope(double logRatio) {
      double exponent = (coefficient - 1) * logRatio;
      return exponent > MAX_EXPONENT ? 0 : Math.exp(exponent);
    }
  }
}
