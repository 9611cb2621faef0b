/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** What an optimizer step did. */
public sealed interface StepReport {

  /** Norm of all gradients together, before clipping; not finite when the step was refused. */
  double gradNorm();

  /**
   * The weights moved.
   *
   * @param step number of this step, from 1
   * @param learningRate that the step used
   * @param gradNorm before clipping
   * @param clipped whether the norm exceeded the limit
   */
  record Applied(long step, double learningRate, double gradNorm, boolean clipped)
      implements StepReport {}

  /**
   * A gradient was NaN or infinite: weights and optimizer state are as they were.
   *
   * @param gradNorm not finite
   * @param parameter name of the first parameter whose gradient is not finite
   */
  record Refused(double gradNorm, String parameter) implements StepReport {
    @Override
    public String toString() {
      return "the step was refused: the gradient of %s is not finite (norm %s); weights are as they were"
          .formatted(parameter, gradNorm);
    }
  }
}
