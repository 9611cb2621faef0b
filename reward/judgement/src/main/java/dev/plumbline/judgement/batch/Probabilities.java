/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.batch;

import java.util.Arrays;

/** Rows of probabilities, in place. */
final class Probabilities {
  private Probabilities() {}

  /** Divides by the sum; a row of zeros becomes even. */
  static void normalise(double[] row) {
    double sum = Arrays.stream(row).sum();
    for (int i = 0; i < row.length; i++) {
      row[i] = sum > 0 ? row[i] / sum : 1.0 / row.length;
    }
  }

  /**
   * Replaces logarithms by probabilities.
   *
   * @return ln of the sum of what the logarithms stood for
   */
  static double softmax(double[] logs) {
    double max = Arrays.stream(logs).max().orElseThrow();
    if (max == Double.NEGATIVE_INFINITY) {
      Arrays.fill(logs, 1.0 / logs.length);
      return max;
    }
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.exp(logs[i] - max);
      sum += logs[i];
    }
    for (int i = 0; i < logs.length; i++) {
      logs[i] /= sum;
    }
    return max + Math.log(sum);
  }
}
