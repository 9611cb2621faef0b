/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

/**
 * An objective on preference pairs that treats each pair by itself, so that micro-batches can be
 * summed.
 *
 * <p>A batch's loss is {@code (1/N) sum_i w_i L_i} with N the configured batch size, so that a low
 * weight really weakens a pair. The objective gives L_i, the weight is applied outside.
 */
public non-sealed interface PairObjective extends Objective {
  /** Returns the loss L_i of one pair, its derivatives, and the implicit rewards. */
  PairValue evaluate(PairStatistics pair);
}
