/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

import java.util.Arrays;
import java.util.List;

/**
 * The posterior of {@link BradleyTerry}'s parameters as a normal distribution, by expectation
 * propagation (T. Minka, Expectation propagation for approximate Bayesian inference, UAI 2001):
 * each comparison is replaced by a normal factor of theta_winner - theta_loser that gives the same
 * mean and variance in the company of all others. Moments are taken by a sum over an even grid.
 */
public final class GaussianBradleyTerry {
  private final double[] mean;
  private final double[][] covariance;

  GaussianBradleyTerry(double[] mean, double[][] covariance) {
    this.mean = mean;
    this.covariance = covariance;
  }

  /** Returns of each parameter. */
  public double[] mean() {
    return mean;
  }

  /** Returns of all parameters. */
  public double[][] covariance() {
    return covariance;
  }

  private static final int SWEEPS = 200;
  private static final double STILL = 1e-10;
  private static final int GRID = 400;
  private static final double GRID_DEVIATIONS = 8;

  private record Moments(double mean, double variance) {}

  /**
   * Returns the posterior.
   *
   * @param alpha above 0; 1 / alpha is the variance of each parameter beforehand
   */
  public static GaussianBradleyTerry of(int candidates, List<Wins.Win> wins, double alpha) {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha must be above 0, but was " + alpha);
    }
    double[] precision = new double[wins.size()];
    double[] shift = new double[wins.size()];
    GaussianBradleyTerry posterior = combine(candidates, wins, alpha, precision, shift);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0;
      for (int k = 0; k < precision.length; k++) {
        int i = wins.get(k).winner();
        int j = wins.get(k).loser();
        double variance =
            posterior.covariance[i][i]
                + posterior.covariance[j][j]
                - 2 * posterior.covariance[i][j];
        double mean = posterior.mean[i] - posterior.mean[j];
        double restPrecision = 1 / variance - precision[k];
        double restMean = (mean / variance - shift[k]) / restPrecision;
        Moments tilted = tilted(restMean, 1 / restPrecision);
        double newPrecision = 1 / tilted.variance() - restPrecision;
        double newShift = tilted.mean() / tilted.variance() - restMean * restPrecision;
        moved = Math.max(moved, Math.abs(newPrecision - precision[k]));
        moved = Math.max(moved, Math.abs(newShift - shift[k]));
        precision[k] = newPrecision;
        shift[k] = newShift;
        posterior = combine(candidates, wins, alpha, precision, shift);
      }
      if (moved < STILL) {
        break;
      }
    }
    return posterior;
  }

  /** Mean and variance of x ~ N(mean, variance) given that a comparison of log-odds x was won. */
  private static Moments tilted(double mean, double variance) {
    double deviation = Math.sqrt(variance);
    double all = 0;
    double first = 0;
    double second = 0;
    for (int g = -GRID; g <= GRID; g++) {
      double z = GRID_DEVIATIONS * g / GRID;
      double x = mean + deviation * z;
      double weight = Math.exp(-z * z / 2) * BradleyTerry.probability(x);
      all += weight;
      first += weight * x;
      second += weight * x * x;
    }
    double tiltedMean = first / all;
    return new Moments(tiltedMean, second / all - tiltedMean * tiltedMean);
  }

  private static GaussianBradleyTerry combine(
      int candidates, List<Wins.Win> wins, double alpha, double[] precision, double[] shift) {
    double[][] matrix = new double[candidates][candidates];
    double[] right = new double[candidates];
    for (int i = 0; i < candidates; i++) {
      matrix[i][i] = alpha;
    }
    for (int k = 0; k < precision.length; k++) {
      int i = wins.get(k).winner();
      int j = wins.get(k).loser();
      matrix[i][i] += precision[k];
      matrix[j][j] += precision[k];
      matrix[i][j] -= precision[k];
      matrix[j][i] -= precision[k];
      right[i] += shift[k];
      right[j] -= shift[k];
    }
    double[][] covariance = new double[candidates][];
    for (int i = 0; i < candidates; i++) {
      double[] unit = new double[candidates];
      unit[i] = 1;
      covariance[i] = Strengths.solve(matrix, unit);
    }
    double[] mean = new double[candidates];
    for (int i = 0; i < candidates; i++) {
      for (int j = 0; j < candidates; j++) {
        mean[i] += covariance[i][j] * right[j];
      }
    }
    return new GaussianBradleyTerry(mean, covariance);
  }

  /** Returns the variance of each parameter. */
  public double[] variances() {
    double[] variances = new double[mean.length];
    Arrays.setAll(variances, i -> covariance[i][i]);
    return variances;
  }
}
