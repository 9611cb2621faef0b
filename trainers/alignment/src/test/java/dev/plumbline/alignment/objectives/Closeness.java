/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

/** How near to an oracle's numbers a computation comes. */
enum Closeness {
  /** Plain Java: relative to each number. */
  FLOAT64(1e-9, 1e-6),
  /**
   * A model: gradients, which are differences of probabilities, relative to the batch's largest.
   * Logits near 100, as in the extreme batches, are themselves rounded by 0.000004.
   */
  FLOAT32(1e-4, 0.2);

  private final double relative;
  private final double smallest;

  /**
   * @param smallest numbers below it keep no more digits than it does
   */
  Closeness(double relative, double smallest) {
    this.relative = relative;
    this.smallest = smallest;
  }

  double ofValue(double value) {
    return relative * Math.max(smallest, Math.abs(value));
  }

  double ofGradient(double value, double largest) {
    return switch (this) {
      case FLOAT64 -> ofValue(value);
      case FLOAT32 -> 1e-3 * Math.max(1e-6, largest);
    };
  }
}
