/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** Floating-point types of weights and activations. */
public enum Precision {
  FLOAT32,
  /** For checks against references: slow. */
  FLOAT64,
  /**
   * Activations and frozen weights in bfloat16, trained weights and optimizer state in single
   * precision; logits, norms of gradients and statistics in single precision.
   */
  BFLOAT16
}
