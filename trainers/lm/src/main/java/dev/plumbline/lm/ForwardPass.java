/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Map;

/**
 * A forward pass that can be pulled back: a loss computed in Java from its statistics becomes
 * gradients. Holds native memory until closed; used by the thread that uses the model.
 */
public interface ForwardPass extends AutoCloseable {

  TokenStatistics statistics();

  /**
   * The vector-Jacobian product: gradients of a loss L with respect to the trained parameters.
   *
   * @param derivatives per statistic that L depends on, per row, per label: dL / d statistic; 0
   *     where L does not depend on the label
   * @return gradients that the caller owns and closes
   * @throws IllegalStateException when called a second time: the graph is consumed
   * @throws IllegalArgumentException when the shape is not that of the statistics, or a statistic
   *     was not asked for or has no derivative
   */
  Gradients pullBack(Map<Statistic, double[][]> derivatives);

  /** As {@link #pullBack(Map)} for a loss of log-probabilities alone. */
  default Gradients pullBack(double[][] logProbDerivatives) {
    return pullBack(Map.of(Statistic.LOG_PROB, logProbDerivatives));
  }

  @Override
  void close();
}
