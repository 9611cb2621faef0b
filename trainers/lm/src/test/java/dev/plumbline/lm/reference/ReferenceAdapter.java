/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * A LoRA adapter as PEFT keeps it: W + s B A for each linear layer that has an A and a B, with s =
 * alpha / r, or alpha / sqrt(r) when rank-stabilized. With a magnitude m it is DoRA: m (W + s B A)
 * / norm(W + s B A), the norm over each output's weights and constant in the derivative. An
 * embedding E becomes E + s (B A)^T where ids are looked up, not where a tied output layer reads
 * it. A weight under the name of one of the model replaces that one.
 *
 * @param tensors by the names of {@code adapter_model.safetensors}
 * @param alpha {@code lora_alpha}
 * @param alphaPattern {@code alpha_pattern}: other alphas, by the end of the module's name
 * @param rankStabilized {@code use_rslora}
 */
public record ReferenceAdapter(
    Map<String, ReferenceTensor> tensors,
    double alpha,
    Map<String, Double> alphaPattern,
    boolean rankStabilized) {
  static final String PREFIX = "base_model.model.";

  public ReferenceAdapter {
    tensors = Map.copyOf(tensors);
    alphaPattern = Map.copyOf(alphaPattern);
  }

  /** What B A is multiplied with. */
  double scaling(String module, int rank) {
    double moduleAlpha =
        alphaPattern.entrySet().stream()
            .filter(entry -> Pattern.matches("(.*\\.)?(" + entry.getKey() + ")", module))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(alpha);
    return moduleAlpha / (rankStabilized ? Math.sqrt(rank) : rank);
  }
}
