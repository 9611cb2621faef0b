/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * A Llama-family model: RMSNorm, rotary positions in half-split layout, grouped-query attention,
 * SwiGLU, no biases.
 *
 * @param vocabularySize number of token ids
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of blocks
 * @param attentionHeads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code attentionHeads}
 * @param headDim width of one head; even
 * @param rmsNormEpsilon added to the mean square
 * @param ropeTheta base of the rotary frequencies
 * @param maxPositions longest row in tokens
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param bosTokenId id that starts a text
 * @param eosTokenId id that ends a completion
 */
public record LlamaConfig(
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
    int eosTokenId)
    implements ModelConfig {

  public LlamaConfig {
    requirePositive("vocab_size", vocabularySize);
    requirePositive("hidden_size", hiddenSize);
    requirePositive("intermediate_size", intermediateSize);
    requirePositive("num_hidden_layers", layers);
    requirePositive("num_attention_heads", attentionHeads);
    requirePositive("num_key_value_heads", keyValueHeads);
    requirePositive("head_dim", headDim);
    requirePositive("max_position_embeddings", maxPositions);
    if (attentionHeads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_key_value_heads must divide num_attention_heads, but was %d and %d"
              .formatted(keyValueHeads, attentionHeads));
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException("head_dim must be even, but was " + headDim);
    }
    if (!(rmsNormEpsilon > 0)) {
      throw new IllegalArgumentException(
          "rms_norm_eps must be positive, but was " + rmsNormEpsilon);
    }
    if (!(ropeTheta > 0)) {
      throw new IllegalArgumentException("rope_theta must be positive, but was " + ropeTheta);
    }
    requireId("bos_token_id", bosTokenId, vocabularySize);
    requireId("eos_token_id", eosTokenId, vocabularySize);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but was " + value);
    }
  }

  private static void requireId(String name, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "%s must be in [0, %d), but was %d".formatted(name, vocabularySize, id));
    }
  }
}
