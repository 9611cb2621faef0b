/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

/** How likely a tie is between candidates of given strengths, p = exp(theta). */
public sealed interface TieModel {
  /** Returns P(a wins) of two candidates. */
  double win(double thetaA, double thetaB);

  /** Returns P(tie) of two candidates. */
  double tie(double thetaA, double thetaB);

  /**
   * P(a) = p_a / (p_a + t p_b): a tie where the difference is too small to be seen (P. Rao, L.
   * Kupper, Ties in paired-comparison experiments, JASA 62, 1967).
   *
   * @param threshold t, at least 1; no ties at 1
   */
  record RaoKupper(double threshold) implements TieModel {
    public RaoKupper {
      if (!(threshold >= 1)) {
        throw new IllegalArgumentException("threshold must be at least 1, but was " + threshold);
      }
    }

    @Override
    public double win(double thetaA, double thetaB) {
      return 1 / (1 + threshold * Math.exp(thetaB - thetaA));
    }

    @Override
    public double tie(double thetaA, double thetaB) {
      return (threshold * threshold - 1) * win(thetaA, thetaB) * win(thetaB, thetaA);
    }
  }

  /**
   * P(a) = p_a / (p_a + p_b + nu sqrt(p_a p_b)): ties in proportion to the geometric mean (R.
   * Davidson, On extending the Bradley-Terry model to accommodate ties, JASA 65, 1970).
   *
   * @param nu how common ties are, at least 0
   */
  record Davidson(double nu) implements TieModel {
    public Davidson {
      if (!(nu >= 0)) {
        throw new IllegalArgumentException("nu must be at least 0, but was " + nu);
      }
    }

    @Override
    public double win(double thetaA, double thetaB) {
      double half = Math.exp((thetaB - thetaA) / 2);
      return 1 / (1 + half * half + nu * half);
    }

    @Override
    public double tie(double thetaA, double thetaB) {
      return nu * Math.exp((thetaB - thetaA) / 2) * win(thetaA, thetaB);
    }
  }
}
