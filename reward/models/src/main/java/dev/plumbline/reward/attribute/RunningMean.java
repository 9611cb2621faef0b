/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

/**
 * Means of the first k of several numbers, for a range of k, and the way back. The mean of none is
 * 0.
 *
 * <pre>
 *   m_k = (x_0 + ... + x_(k-1)) / (k + prior)
 * </pre>
 *
 * @param prior how many zeros count along, so that few numbers say little; 0 for plain means
 */
record RunningMean(double prior) {

  RunningMean {
    if (!(prior >= 0) || Double.isInfinite(prior)) {
      throw new IllegalArgumentException(
          "prior_tokens must be at least 0, but was " + prior + " (typical: 0 to 20)");
    }
  }

  /**
   * @param from smallest k
   * @return m_k for k = from to all
   */
  double[] of(double[] values, int from) {
    double[] means = new double[values.length - from + 1];
    double sum = 0;
    for (int k = 0; k <= values.length; k++) {
      if (k >= from) {
        means[k - from] = k == 0 ? 0 : sum / (k + prior);
      }
      if (k < values.length) {
        sum += values[k];
      }
    }
    return means;
  }

  /**
   * @param derivatives dL / d mean, as {@link #of} orders means
   * @return dL / d value
   */
  double[] pullBack(double[] derivatives, int from) {
    double[] ofValues = new double[from + derivatives.length - 1];
    double sum = 0;
    for (int k = ofValues.length; k > 0; k--) {
      if (k >= from) {
        sum += derivatives[k - from] / (k + prior);
      }
      ofValues[k - 1] = sum;
    }
    return ofValues;
  }
}
