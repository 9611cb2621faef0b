/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.agreement;

import java.util.Arrays;
import java.util.List;

/**
 * Krippendorff's alpha, 1 - observed / expected disagreement, for any number of annotators and with
 * values missing (K. Krippendorff, Computing Krippendorff's alpha-reliability, 2011).
 */
public enum Krippendorff {
  /** Values differ or don't. */
  NOMINAL {
    @Override
    double squaredDifference(int c, int k, double[] totals) {
      return c == k ? 0 : 1;
    }
  },
  /** Values have an order: the more values lie between two, the more these differ. */
  ORDINAL {
    @Override
    double squaredDifference(int c, int k, double[] totals) {
      double between = -(totals[c] + totals[k]) / 2;
      for (int g = Math.min(c, k); g <= Math.max(c, k); g++) {
        between += totals[g];
      }
      return c == k ? 0 : between * between;
    }
  },
  /** Values differ by their difference. */
  INTERVAL {
    @Override
    double squaredDifference(int c, int k, double[] totals) {
      return (double) (c - k) * (c - k);
    }
  };

  /**
   * Returns alpha: 1 for perfect agreement, 0 for chance, NaN where no two values could differ.
   *
   * @param values how many there are, numbered in their order
   * @param units the values that each unit was given, by whomever; those with one are left out
   */
  public double alpha(int values, List<int[]> units) {
    double[][] coincidences = new double[values][values];
    for (int[] unit : units) {
      for (int i = 0; i < unit.length; i++) {
        for (int j = 0; j < unit.length; j++) {
          if (i != j) {
            coincidences[unit[i]][unit[j]] += 1.0 / (unit.length - 1);
          }
        }
      }
    }
    double[] totals =
        Arrays.stream(coincidences).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    double all = Arrays.stream(totals).sum();
    double observed = 0;
    double expected = 0;
    for (int c = 0; c < values; c++) {
      for (int k = 0; k < values; k++) {
        double difference = squaredDifference(c, k, totals);
        observed += coincidences[c][k] * difference;
        expected += totals[c] * totals[k] * difference;
      }
    }
    return 1 - (all - 1) * observed / expected;
  }

  abstract double squaredDifference(int c, int k, double[] totals);
}
