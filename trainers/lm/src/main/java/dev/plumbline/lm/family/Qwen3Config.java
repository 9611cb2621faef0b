/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * Qwen3: queries and keys are normed head by head before they are rotated, and the width of a head
 * is a number of its own.
 *
 * @param decoder shape
 * @param attentionBias whether the four matrices of attention have biases
 */
public record Qwen3Config(RotaryDecoder decoder, boolean attentionBias) implements RotaryConfig {}
