/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** What an adapter makes of the low-rank product. */
public enum LoraVariant {
  /** W + s B A (arXiv 2106.09685). */
  LORA,
  /**
   * Magnitude times direction, per output: m (W + s B A) / |W + s B A| (arXiv 2402.09353); the norm
   * is a constant for the gradient.
   */
  DORA
}
