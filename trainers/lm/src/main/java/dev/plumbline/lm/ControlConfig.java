/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@link ControlAdapter}, at least one. All parts that are there are trained.
 *
 * @param prompts the bank of soft prompts; null for none
 * @param bias whether there is an output bias: one number per token of the vocabulary
 * @param lora settings of the LoRA part; null for none
 */
public record ControlConfig(
    @Nullable SoftPromptConfig prompts, boolean bias, @Nullable LoraConfig lora) {

  public ControlConfig {
    if (prompts == null && !bias && lora == null) {
      throw new IllegalArgumentException(
          "a control adapter needs at least one of soft prompts, output bias and LoRA, but had none");
    }
  }

  /** Number of levels: 1, that is level 0 alone, without soft prompts. */
  public int levels() {
    return prompts == null ? 1 : prompts.levels();
  }
}
