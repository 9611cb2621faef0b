/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * An objective on single completions that somebody found desirable or not.
 *
 * <p>With belief p that the completion is desirable, L_i = p L(desirable) + (1 - p) L(undesirable).
 */
public non-sealed interface UnpairedObjective extends Objective {
  /**
   * Returns one value per example, in order.
   *
   * @param batch the whole optimizer batch, or any part of it if the objective is {@linkplain
   *     BatchUse#SEPARABLE separable}
   */
  UnpairedBatchValue evaluate(List<UnpairedStatistics> batch);

  /** Whether it asks for {@link UnpairedStatistics#mismatched}. */
  boolean needsMismatched();
}
