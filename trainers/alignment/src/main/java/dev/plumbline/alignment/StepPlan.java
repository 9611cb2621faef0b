/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.Activations;

/**
 * How a batch becomes one optimizer step.
 *
 * @param batchSize N in the loss: examples per optimizer step
 * @param microBatchSize examples in memory at once
 * @param maxLength longest row in tokens; a mismatched completion is cut to fit
 * @param activations kept for gradients, or computed again
 * @param seed of the dropout's noise, where the adapter has dropout
 */
public record StepPlan(
    int batchSize, int microBatchSize, int maxLength, Activations activations, long seed) {
  public StepPlan {
    if (microBatchSize < 1 || batchSize < microBatchSize) {
      throw new IllegalArgumentException(
          "a batch must hold at least one micro-batch of at least 1, but they were %d and %d examples"
              .formatted(batchSize, microBatchSize));
    }
  }

  /** Activations kept. */
  public StepPlan(int batchSize, int microBatchSize, int maxLength, long seed) {
    this(batchSize, microBatchSize, maxLength, Activations.KEPT, seed);
  }
}
