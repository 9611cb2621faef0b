/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.Activations;
import dev.plumbline.lm.Statistic;
import java.util.Set;

/**
 * How a batch becomes one optimizer step.
 *
 * @param batchSize N in the loss: examples per optimizer step
 * @param microBatchSize examples in memory at once
 * @param maxLength longest row in tokens; a mismatched completion is cut to fit
 * @param activations kept for gradients, or computed again
 * @param seed of the dropout's noise, where the adapter has dropout
 * @param logged statistics that are asked for beside the objective's; they don't change a step
 */
public record StepPlan(
    int batchSize,
    int microBatchSize,
    int maxLength,
    Activations activations,
    long seed,
    Set<Statistic> logged) {
  public StepPlan {
    logged = Set.copyOf(logged);
    if (microBatchSize < 1 || batchSize < microBatchSize) {
      throw new IllegalArgumentException(
          "a batch must hold at least one micro-batch of at least 1, but they were %d and %d examples"
              .formatted(batchSize, microBatchSize));
    }
  }

  /** Activations kept, nothing logged beside. */
  public StepPlan(int batchSize, int microBatchSize, int maxLength, long seed) {
    this(batchSize, microBatchSize, maxLength, Activations.KEPT, seed, Set.of());
  }
}
