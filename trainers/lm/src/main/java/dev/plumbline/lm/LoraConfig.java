/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.List;
import java.util.TreeSet;

/**
 * Settings of a LoRA adapter (arXiv 2106.09685): each target's output gains {@code alpha / rank * B
 * A x}.
 *
 * @param rank r, the inner width
 * @param alpha numerator of the scaling
 * @param dropout probability of dropping an input of A; only 0 is supported
 * @param targetModules names of the adapted linear modules, sorted, for example {@code q_proj};
 *     empty means every linear module of the family's blocks
 */
public record LoraConfig(int rank, double alpha, double dropout, List<String> targetModules) {

  public LoraConfig {
    if (rank < 1) {
      throw new IllegalArgumentException("lora_r must be at least 1, but was " + rank);
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException(
          "lora_alpha must be positive, but was " + alpha + " (typical: 2 * lora_r)");
    }
    if (dropout != 0) {
      throw new IllegalArgumentException(
          "lora_dropout must be 0 (dropout is not supported), but was " + dropout);
    }
    targetModules = List.copyOf(new TreeSet<>(targetModules));
  }

  /** All linear modules, no dropout. */
  public static LoraConfig of(int rank, double alpha) {
    return new LoraConfig(rank, alpha, 0, List.of());
  }

  /** Factor of {@code B A x}: alpha / rank. */
  public double scaling() {
    return alpha / rank;
  }
}
