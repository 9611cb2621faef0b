/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * Llama 2 and 3, and what is built like them (TinyLlama, SmolLM).
 *
 * @param decoder shape
 * @param attentionBias whether the four matrices of attention have biases
 * @param mlpBias whether the three matrices of the feed-forward layer have biases
 */
public record LlamaConfig(RotaryDecoder decoder, boolean attentionBias, boolean mlpBias)
    implements RotaryConfig {

  /** A model without biases, with unscaled rotary positions and one id that ends a completion. */
  public LlamaConfig(
      int vocabularySize,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int attentionHeads,
      int keyValueHeads,
      int headDim,
      double rmsNormEpsilon,
      double ropeTheta,
      int maxPositions,
      boolean tiedEmbeddings,
      int bosTokenId,
      int eosTokenId) {
    this(
        new RotaryDecoder(
            vocabularySize,
            hiddenSize,
            intermediateSize,
            layers,
            attentionHeads,
            keyValueHeads,
            headDim,
            rmsNormEpsilon,
            Rope.of(ropeTheta),
            maxPositions,
            tiedEmbeddings,
            SpecialTokens.of(bosTokenId, eosTokenId)),
        false,
        false);
  }
}
