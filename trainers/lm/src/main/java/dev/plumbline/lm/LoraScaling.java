/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** How the rank enters the factor of {@code B A x}. */
public enum LoraScaling {
  /** alpha / r (arXiv 2106.09685). */
  BY_RANK,
  /** alpha / sqrt(r): rsLoRA (arXiv 2312.03732). */
  BY_ROOT_RANK;

  double factor(double alpha, int rank) {
    return switch (this) {
      case BY_RANK -> alpha / rank;
      case BY_ROOT_RANK -> alpha / Math.sqrt(rank);
    };
  }
}
