/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import org.jspecify.annotations.Nullable;

/**
 * What a configuration says beside the weights. Which biases, head norms and output layer there are
 * is told by the weights themselves.
 */
public sealed interface Architecture {
  int layers();

  /**
   * Llama, Mistral, Qwen2 and Qwen3.
   *
   * @param keyValueHeads each serves heads / keyValueHeads query heads
   * @param window how many of the latest positions a query sees, itself included; all if null
   */
  record Llama(
      int layers,
      int heads,
      int keyValueHeads,
      int headDim,
      double normEpsilon,
      double ropeTheta,
      RotaryScaling ropeScaling,
      RotaryLayout ropeLayout,
      @Nullable Integer window)
      implements Architecture {}

  /**
   * GPT-2.
   *
   * @param scaleWeights attention scores are divided by sqrt(head width)
   * @param scaleByLayer and by the layer's number, from 1
   */
  record Gpt2(int layers, int heads, double normEpsilon, boolean scaleWeights, boolean scaleByLayer)
      implements Architecture {}
}
