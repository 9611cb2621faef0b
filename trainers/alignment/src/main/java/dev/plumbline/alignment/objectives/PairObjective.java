/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;

/**
 * An objective on preference pairs.
 *
 * <p>With belief p that a is better, L_i = p L(a,b) + (1 - p) L(b,a) unless the objective states
 * its own rule; L(x,y) is the loss where x is certainly better. Calling a what was b, with belief 1
 * - p, therefore changes nothing.
 */
public non-sealed interface PairObjective extends Objective {
  /**
   * Returns one value per pair, in order.
   *
   * @param batch the whole optimizer batch, or any part of it if the objective is {@linkplain
   *     BatchUse#SEPARABLE separable}
   */
  List<PairValue> evaluate(List<PairStatistics> batch);

  /**
   * What there is to learn by after a step on a batch: this objective, unless it is {@linkplain
   * AdaptiveObjective adaptive}.
   */
  default PairObjective after(List<PairStatistics> batch) {
    return this;
  }

  /** Whether it learns from pairs of completions that were made by these. */
  default boolean takes(CompletionOrigin a, CompletionOrigin b) {
    return true;
  }
}
