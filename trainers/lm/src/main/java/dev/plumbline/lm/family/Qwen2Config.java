/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * Qwen2 and Qwen2.5: queries, keys and values have biases.
 *
 * @param decoder shape
 */
public record Qwen2Config(RotaryDecoder decoder) implements RotaryConfig {}
