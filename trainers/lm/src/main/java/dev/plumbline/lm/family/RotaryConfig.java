/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * The config of a family around a {@link RotaryDecoder}. What is said here of all of them, a family
 * may narrow.
 */
public sealed interface RotaryConfig extends ModelConfig
    permits LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config {

  RotaryDecoder decoder();

  /** Frequencies of the rotary positions. */
  default Rope rope() {
    return decoder().rope();
  }

  /** Added to the mean square of RMSNorm. */
  default double rmsNormEpsilon() {
    return decoder().rmsNormEpsilon();
  }

  @Override
  default int vocabularySize() {
    return decoder().vocabularySize();
  }

  @Override
  default int hiddenSize() {
    return decoder().hiddenSize();
  }

  @Override
  default int layers() {
    return decoder().layers();
  }

  @Override
  default int attentionHeads() {
    return decoder().attentionHeads();
  }

  @Override
  default int keyValueHeads() {
    return decoder().keyValueHeads();
  }

  @Override
  default int headDim() {
    return decoder().headDim();
  }

  @Override
  default int intermediateSize() {
    return decoder().intermediateSize();
  }

  @Override
  default int maxPositions() {
    return decoder().maxPositions();
  }

  @Override
  default boolean tiedEmbeddings() {
    return decoder().tiedEmbeddings();
  }

  @Override
  default SpecialTokens specialTokens() {
    return decoder().specialTokens();
  }
}
