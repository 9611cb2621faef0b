/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** Which labels of a row are asked about. */
public enum LabelScope {
  /** Every token but the first. */
  ALL,
  /** The completion's tokens: no logits are made for the prompt. */
  COMPLETION
}
