/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

/** The logistic function and its logarithm, in the forms that neither overflow nor lose digits. */
public final class Logistic {
  private Logistic() {}

  /** log(1 / (1 + exp(-z))). */
  public static double logSigmoid(double z) {
    return Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)));
  }

  /** 1 / (1 + exp(-z)). */
  public static double sigmoid(double z) {
    double e = Math.exp(-Math.abs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
  }
}
