/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * A forward pass whose graph is kept, so that a loss computed in Java from its statistics can be
 * pulled back into gradients. Holds native memory until closed; used by the thread that uses the
 * model.
 */
public interface ForwardPass extends AutoCloseable {

  TokenStatistics statistics();

  /**
   * The vector-Jacobian product: gradients of a loss L with respect to the trained parameters.
   *
   * @param logProbDerivatives per row, per label: dL / d log-probability; 0 where the loss does not
   *     depend on the label
   * @return gradients that the caller owns and closes
   * @throws IllegalStateException when called a second time: the graph is consumed
   * @throws IllegalArgumentException when the shape is not that of the statistics
   */
  Gradients pullBack(double[][] logProbDerivatives);

  @Override
  void close();
}
