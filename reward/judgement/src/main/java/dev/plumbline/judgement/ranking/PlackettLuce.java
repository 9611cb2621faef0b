/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

import java.util.Arrays;
import java.util.List;

/**
 * A ranking is made by choosing the best, then the best of the rest: log-likelihood = sum_k
 * [theta_{i_k} - ln sum_{l >= k} exp theta_{i_l}] (R. L. Plackett, The analysis of permutations,
 * Applied Statistics 24, 1975; R. D. Luce, Individual choice behavior, 1959). Rankings are best
 * first and may leave candidates out.
 */
public final class PlackettLuce {
  private static final int ITERATIONS = 100_000;
  private static final double STILL = 1e-14;

  private PlackettLuce() {}

  /**
   * Returns the parameters of maximum likelihood, with mean zero, by D. Hunter's MM algorithm
   * (Annals of Statistics 32, 2004, eq. 30): wins of a candidate (places but the last) over the sum
   * of 1 / (strength of those left) of all choices that it was among.
   */
  public static double[] mostLikely(int candidates, List<int[]> rankings) {
    double[] p = new double[candidates];
    Arrays.fill(p, 1);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] won = new double[candidates];
      double[] among = new double[candidates];
      for (int[] ranking : rankings) {
        double left = 0;
        for (int candidate : ranking) {
          left += p[candidate];
        }
        double sum = 0;
        for (int place = 0; place < ranking.length; place++) {
          boolean choice = place < ranking.length - 1;
          sum += choice ? 1 / left : 0;
          among[ranking[place]] += sum;
          won[ranking[place]] += choice ? 1 : 0;
          left -= p[ranking[place]];
        }
      }
      double[] next = new double[candidates];
      for (int i = 0; i < candidates; i++) {
        if (won[i] == 0) {
          throw new IllegalArgumentException(
              "candidate %d never comes before another, so no strengths are most likely"
                  .formatted(i));
        }
        next[i] = won[i] / among[i];
      }
      double mean = Arrays.stream(next).map(Math::log).average().orElse(0);
      double moved = 0;
      for (int i = 0; i < candidates; i++) {
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
   * Returns an estimate in one step, with mean zero: the logarithm of the stationary distribution
   * of a Markov chain that goes from a candidate to those preferred to it (L. Maystre, M.
   * Grossglauser, Fast and accurate inference of Plackett-Luce models, NIPS 2015, algorithm 1).
   *
   * @param alpha rate at which the chain goes anywhere; above 0 unless the rankings connect all
   */
  public static double[] spectral(int candidates, List<int[]> rankings, double alpha) {
    double[][] rates = new double[candidates][candidates];
    for (double[] row : rates) {
      Arrays.fill(row, alpha);
    }
    for (int[] ranking : rankings) {
      for (int place = 0; place < ranking.length - 1; place++) {
        for (int after = place + 1; after < ranking.length; after++) {
          rates[ranking[after]][ranking[place]] += 1.0 / (ranking.length - place);
        }
      }
    }
    return Strengths.centredLogs(stationary(rates));
  }

  /** Returns ln P({@code rankings} | {@code theta}) in nats. */
  public static double logLikelihood(List<int[]> rankings, double[] theta) {
    double sum = 0;
    for (int[] ranking : rankings) {
      for (int place = 0; place < ranking.length; place++) {
        double left = 0;
        for (int after = place; after < ranking.length; after++) {
          left += Math.exp(theta[ranking[after]] - theta[ranking[place]]);
        }
        sum -= Math.log(left);
      }
    }
    return sum;
  }

  /** State reduction (W. Grassmann, M. Taksar, D. Heyman, Operations Research 33, 1985). */
  private static double[] stationary(double[][] rates) {
    int n = rates.length;
    double[][] q = Arrays.stream(rates).map(double[]::clone).toArray(double[][]::new);
    for (int state = n - 1; state > 0; state--) {
      double out = 0;
      for (int j = 0; j < state; j++) {
        out += q[state][j];
      }
      for (int i = 0; i < state; i++) {
        q[i][state] /= out;
        for (int j = 0; j < state; j++) {
          q[i][j] += i == j ? 0 : q[i][state] * q[state][j];
        }
      }
    }
    double[] shares = new double[n];
    shares[0] = 1;
    for (int state = 1; state < n; state++) {
      for (int i = 0; i < state; i++) {
        shares[state] += shares[i] * q[i][state];
      }
    }
    return shares;
  }
}
