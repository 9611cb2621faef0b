/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/** Which numbers a training step moves. */
public sealed interface TrainedWeights {

  /** Those of a LoRA adapter; the model's own stay. */
  record OfAdapter(LoraConfig config) implements TrainedWeights {}

  /** Those of a control adapter; the model's own stay. */
  record OfControl(ControlConfig config) implements TrainedWeights {}

  /** All of the model's. */
  record All() implements TrainedWeights {}

  /**
   * The model's from some block up, without the embeddings: {@link
   * CausalLanguageModel#weightsAbove}.
   *
   * @param frozenBlocks 0 to the number of blocks
   */
  record Above(int frozenBlocks) implements TrainedWeights {}
}
