/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/**
 * An unpaired example with what model and objective said about it.
 *
 * @param statistics from the model
 * @param value from the objective
 * @param referencePoint of the batch it was scored in; see {@link UnpairedBatchValue}
 */
public record ScoredUnpaired(
    UnpairedStatistics statistics, UnpairedValue value, double referencePoint)
    implements ScoredExample {}
