/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** An objective on rankings: completions of one prompt, best first, some of them tied. */
public non-sealed interface ListObjective extends Objective {
  /** Returns the loss L_i of one ranking, its derivatives, and the implicit rewards. */
  ListValue evaluate(ListStatistics ranking);

  @Override
  default BatchUse batchUse() {
    return BatchUse.SEPARABLE;
  }
}
