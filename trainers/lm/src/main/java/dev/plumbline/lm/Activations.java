/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** What a forward pass keeps for its gradients. */
public enum Activations {
  /** Everything: fastest. */
  KEPT,
  /**
   * The input of each block, from which the backward pass computes the block again: about a third
   * more work, memory that hardly grows with depth (arXiv 1604.06174).
   */
  RECOMPUTED
}
