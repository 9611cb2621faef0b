/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.ranking;

import java.util.Arrays;

/** Strengths as logarithms with mean zero. */
final class Strengths {
  private Strengths() {}

  static double[] centred(double[] logStrengths) {
    double mean = Arrays.stream(logStrengths).average().orElse(0);
    return Arrays.stream(logStrengths).map(x -> x - mean).toArray();
  }

  static double[] centredLogs(double[] strengths) {
    return centred(Arrays.stream(strengths).map(Math::log).toArray());
  }

  /** Solves A x = b for a symmetric positive definite A by Cholesky's decomposition. */
  static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    double[][] l = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
    double[] x = right.clone();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= l[i][k] * x[k];
      }
      x[i] /= l[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= l[k][i] * x[k];
      }
      x[i] /= l[i][i];
    }
    return x;
  }
}
