/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/** An objective that treats each pair by itself. */
public interface SeparablePairObjective extends PairObjective {
  /** Returns the loss L_i of one pair, its derivatives, and the implicit rewards. */
  PairValue evaluate(PairStatistics pair);

  @Override
  default List<PairValue> evaluate(List<PairStatistics> batch) {
    return batch.stream().map(this::evaluate).toList();
  }

  @Override
  default BatchUse batchUse() {
    return BatchUse.SEPARABLE;
  }
}
