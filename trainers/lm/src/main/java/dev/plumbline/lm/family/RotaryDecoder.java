/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * What the Llama-like families have in common: RMSNorm before attention and feed-forward, rotary
 * positions in half-split layout, grouped-query attention, SwiGLU.
 *
 * @param vocabularySize number of token ids
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of blocks
 * @param attentionHeads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code attentionHeads}
 * @param headDim width of one head; even
 * @param rmsNormEpsilon added to the mean square
 * @param rope frequencies of the rotary positions
 * @param maxPositions longest row in tokens
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param specialTokens ids that start a text and end a completion
 */
public record RotaryDecoder(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int attentionHeads,
    int keyValueHeads,
    int headDim,
    double rmsNormEpsilon,
    Rope rope,
    int maxPositions,
    boolean tiedEmbeddings,
    SpecialTokens specialTokens) {

  /** A new model of this size, with unscaled rotary positions. */
  static RotaryDecoder of(ModelSizes sizes, double rmsNormEpsilon, double ropeTheta) {
    return new RotaryDecoder(
        sizes.vocabularySize(),
        sizes.hiddenSize(),
        sizes.intermediateSize(),
        sizes.layers(),
        sizes.attentionHeads(),
        sizes.keyValueHeads(),
        sizes.headDim(),
        rmsNormEpsilon,
        Rope.of(ropeTheta),
        sizes.maxPositions(),
        sizes.tiedEmbeddings(),
        SpecialTokens.DEFAULT);
  }

  public RotaryDecoder {
    Limits.requirePositive("vocab_size", vocabularySize);
    Limits.requirePositive("hidden_size", hiddenSize);
    Limits.requirePositive("intermediate_size", intermediateSize);
    Limits.requirePositive("num_hidden_layers", layers);
    Limits.requirePositive("num_attention_heads", attentionHeads);
    Limits.requirePositive("num_key_value_heads", keyValueHeads);
    Limits.requirePositive("head_dim", headDim);
    Limits.requirePositive("max_position_embeddings", maxPositions);
    Limits.requirePositive("rms_norm_eps", rmsNormEpsilon);
    if (attentionHeads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_key_value_heads must divide num_attention_heads, but was %d and %d"
              .formatted(keyValueHeads, attentionHeads));
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException("head_dim must be even, but was " + headDim);
    }
    specialTokens.requireWithin(vocabularySize);
  }
}
