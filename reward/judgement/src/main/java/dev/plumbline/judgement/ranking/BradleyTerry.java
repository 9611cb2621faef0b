/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

import java.util.Arrays;

/**
 * P(i beats j) = p_i / (p_i + p_j): R. Bradley, M. Terry, Rank analysis of incomplete block
 * designs, Biometrika 39, 1952. Parameters are theta = ln p.
 */
public final class BradleyTerry {
  private static final int ITERATIONS = 100_000;
  private static final int NEWTON_STEPS = 200;
  private static final double STILL = 1e-14;

  private BradleyTerry() {}

  /**
   * Returns the parameters of maximum likelihood, with mean zero, by Zermelo's iteration
   *
   * <pre>p_i &lt;- W_i / sum_j n_ij / (p_i + p_j)</pre>
   *
   * <p>(D. Hunter, MM algorithms for generalized Bradley-Terry models, Annals of Statistics 32,
   * 2004, eq. 3). They exist only where a chain of wins leads from each candidate to each other
   * one; anything else is refused.
   */
  public static double[] mostLikely(Wins wins) {
    requireConnected(wins);
    int n = wins.candidates();
    double[] p = new double[n];
    Arrays.fill(p, 1);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double moved = 0;
      double[] next = new double[n];
      for (int i = 0; i < n; i++) {
        double won = 0;
        double sum = 0;
        for (int j = 0; j < n; j++) {
          double met = wins.counts()[i][j] + wins.counts()[j][i];
          won += wins.counts()[i][j];
          sum += met > 0 ? met / (p[i] + p[j]) : 0;
        }
        next[i] = won / sum;
      }
      double mean = Arrays.stream(next).map(Math::log).average().orElse(0);
      for (int i = 0; i < n; i++) {
        next[i] /= Math.exp(mean);
        moved = Math.max(moved, Math.abs(Math.log(next[i] / p[i])));
      }
      p = next;
      if (moved < STILL) {
        break;
      }
    }
    return Strengths.centredLogs(p);
  }

  /**
   * Returns the parameters that minimise {@code -log-likelihood + alpha * sum theta^2}, by Newton
   * steps. They exist for any wins, and have mean zero.
   *
   * @param alpha above 0; 1 / (2 alpha) is the variance of a normal prior
   */
  public static double[] regularised(Wins wins, double alpha) {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha must be above 0, but was " + alpha);
    }
    int n = wins.candidates();
    double[] theta = new double[n];
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double[] slope = new double[n];
      double[][] bend = new double[n][n];
      for (int i = 0; i < n; i++) {
        slope[i] -= 2 * alpha * theta[i];
        bend[i][i] += 2 * alpha;
        for (int j = 0; j < n; j++) {
          double won = wins.counts()[i][j];
          double p = probability(theta[i] - theta[j]);
          slope[i] += won * (1 - p);
          slope[j] -= won * (1 - p);
          double curve = won * p * (1 - p);
          bend[i][i] += curve;
          bend[j][j] += curve;
          bend[i][j] -= curve;
          bend[j][i] -= curve;
        }
      }
      double[] move = Strengths.solve(bend, slope);
      double longest = Arrays.stream(move).map(Math::abs).max().orElse(0);
      for (int i = 0; i < n; i++) {
        theta[i] += move[i] / Math.max(1, longest);
      }
      if (longest < STILL) {
        break;
      }
    }
    return theta;
  }

  /** Returns ln P({@code wins} | {@code theta}) in nats. */
  public static double logLikelihood(Wins wins, double[] theta) {
    double sum = 0;
    for (int i = 0; i < theta.length; i++) {
      for (int j = 0; j < theta.length; j++) {
        double won = wins.counts()[i][j];
        sum -= won == 0 ? 0 : won * Math.log1p(Math.exp(theta[j] - theta[i]));
      }
    }
    return sum;
  }

  static double probability(double difference) {
    return 1 / (1 + Math.exp(-difference));
  }

  private static void requireConnected(Wins wins) {
    int n = wins.candidates();
    boolean[][] reached = new boolean[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        reached[i][j] = i == j || wins.counts()[i][j] > 0;
      }
    }
    for (int via = 0; via < n; via++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          reached[i][j] |= reached[i][via] && reached[via][j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (!reached[i][j]) {
          throw new IllegalArgumentException(
              "no chain of wins leads from candidate %d to %d, so no strengths are most likely; regularise"
                  .formatted(i, j));
        }
      }
    }
  }
}
