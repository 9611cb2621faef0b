/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** How much of an optimizer batch an objective must see to give one example's loss. */
public enum BatchUse {
  /** The example and the batch's {@link BatchShape}: micro-batches stream. */
  SEPARABLE,
  /** Every example's statistics: a first pass scores all micro-batches, a second pulls back. */
  WHOLE;

  /** What two objectives added up need. */
  BatchUse and(BatchUse other) {
    return this == WHOLE ? WHOLE : other;
  }
}
