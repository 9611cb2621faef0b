/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

/**
 * What RLDAF may train; everything else is frozen. That it is a small subset is the paper's; which
 * one is not known, and this choice is our reading.
 */
public enum TrainedPart {
  /** The vectors of the soft prompts. */
  PROMPT,
  /** One number per token of the vocabulary, added to the logits at every level. */
  BIAS,
  /** A LoRA adapter on the last block. */
  LORA
}
