/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.util.List;
import java.util.TreeSet;

/**
 * Settings of a LoRA adapter (arXiv 2106.09685): each target's output gains {@code s B A x}.
 *
 * @param rank r, the inner width
 * @param alpha numerator of the scaling
 * @param dropout probability of dropping an input of what the adapter adds, in training; embeddings
 *     drop nothing
 * @param targetModules names of the adapted modules, sorted: last parts of their paths, for example
 *     {@code q_proj}, or more of them, up to {@code model.layers.0.self_attn.q_proj}; empty means
 *     every linear module of the family's blocks; the token embedding may be named too
 * @param scaling how s follows from alpha and r
 * @param variant what is made of the product
 */
public record LoraConfig(
    int rank,
    double alpha,
    double dropout,
    List<String> targetModules,
    LoraScaling scaling,
    LoraVariant variant) {

  public LoraConfig {
    if (rank < 1) {
      throw new IllegalArgumentException("lora_r must be at least 1, but was " + rank);
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException(
          "lora_alpha must be positive, but was " + alpha + " (typical: 2 * lora_r)");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "lora_dropout must be in [0, 1), but was " + dropout + " (typical: 0 to 0.1)");
    }
    targetModules = List.copyOf(new TreeSet<>(targetModules));
  }

  /** Plain LoRA of all linear modules, no dropout. */
  public static LoraConfig of(int rank, double alpha) {
    return new LoraConfig(rank, alpha, 0, List.of(), LoraScaling.BY_RANK, LoraVariant.LORA);
  }

  /** The same on other modules. */
  public LoraConfig targeting(List<String> targetModules) {
    return new LoraConfig(rank, alpha, dropout, targetModules, scaling, variant);
  }

  /**
   * The same on one block alone.
   *
   * @param block 0 to the number of the model's blocks - 1
   * @throws IllegalArgumentException when no target module is in that block
   */
  public LoraConfig onBlock(ModelConfig model, int block) {
    ModelFamily family = ModelFamily.of(model);
    List<String> paths =
        LoraTargets.of(model, this).linear().keySet().stream()
            .filter(path -> family.depthOf(path + ".weight") == block)
            .toList();
    if (paths.isEmpty()) {
      throw new IllegalArgumentException(
          "block %d of a model with %d blocks has none of lora_target_modules %s"
              .formatted(block, model.layers(), targetModules));
    }
    return targeting(paths);
  }

  /** The same on the last block alone. */
  public LoraConfig onLastBlock(ModelConfig model) {
    return onBlock(model, model.layers() - 1);
  }

  /** The same with dropout. */
  public LoraConfig dropping(double dropout) {
    return new LoraConfig(rank, alpha, dropout, targetModules, scaling, variant);
  }

  /** The same, scaled otherwise. */
  public LoraConfig scaled(LoraScaling scaling) {
    return new LoraConfig(rank, alpha, dropout, targetModules, scaling, variant);
  }

  /** Another variant. */
  public LoraConfig as(LoraVariant variant) {
    return new LoraConfig(rank, alpha, dropout, targetModules, scaling, variant);
  }

  /** s, the factor of {@code B A x}. */
  public double factor() {
    return scaling.factor(alpha, rank);
  }
}
