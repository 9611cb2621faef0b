/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import org.jspecify.annotations.Nullable;

/**
 * Mistral: Llama's decoder whose tokens see only the {@code slidingWindow} tokens up to themselves.
 * Rows are kept within the window, where the mask changes nothing: {@link #maxPositions()} is the
 * smaller of the two.
 *
 * @param decoder shape; its {@code maxPositions} is what {@code config.json} says
 * @param slidingWindow tokens that a token sees, itself included; null when all
 */
public record MistralConfig(RotaryDecoder decoder, @Nullable Integer slidingWindow)
    implements RotaryConfig {

  public MistralConfig {
    if (slidingWindow != null) {
      Limits.requirePositive("sliding_window", slidingWindow);
    }
  }

  @Override
  public int maxPositions() {
    int positions = decoder.maxPositions();
    return slidingWindow == null ? positions : Math.min(positions, slidingWindow);
  }
}
