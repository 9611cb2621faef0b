/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** Mean and variance of numbers that count by multiplicities (Welford's recurrence). Mutable. */
final class Moments {
  private double count;
  private double mean;
  private double squares;

  static Moments of(double[] values) {
    Moments moments = new Moments();
    for (double value : values) {
      moments.add(value, 1);
    }
    return moments;
  }

  void add(double value, double multiplicity) {
    if (multiplicity == 0) {
      return;
    }
    double before = count;
    count += multiplicity;
    double distance = value - mean;
    mean += distance * (multiplicity / count);
    squares += distance * distance * multiplicity * (before / count);
  }

  double mean() {
    return mean;
  }

  /** Sum of squared distances over count - 1; 0 where nothing is counted more than once. */
  double unbiasedVariance() {
    return count > 1 ? squares / (count - 1) : 0;
  }
}
