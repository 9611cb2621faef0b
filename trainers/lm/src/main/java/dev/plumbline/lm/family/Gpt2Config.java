/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * GPT-2: learned positions, LayerNorm before attention and feed-forward, the tanh form of GELU,
 * biases everywhere.
 *
 * @param vocabularySize number of token ids
 * @param hiddenSize width of the residual stream; a multiple of {@code attentionHeads}
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of blocks
 * @param attentionHeads number of heads
 * @param layerNormEpsilon added to the variance
 * @param maxPositions number of learned positions
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param specialTokens ids that start a text and end a completion
 */
public record Gpt2Config(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int attentionHeads,
    double layerNormEpsilon,
    int maxPositions,
    boolean tiedEmbeddings,
    SpecialTokens specialTokens)
    implements ModelConfig {

  public Gpt2Config {
    Limits.requirePositive("vocab_size", vocabularySize);
    Limits.requirePositive("n_embd", hiddenSize);
    Limits.requirePositive("n_inner", intermediateSize);
    Limits.requirePositive("n_layer", layers);
    Limits.requirePositive("n_head", attentionHeads);
    Limits.requirePositive("layer_norm_epsilon", layerNormEpsilon);
    Limits.requirePositive("n_positions", maxPositions);
    if (hiddenSize % attentionHeads != 0) {
      throw new IllegalArgumentException(
          "n_head must divide n_embd, but was %d and %d".formatted(attentionHeads, hiddenSize));
    }
    specialTokens.requireWithin(vocabularySize);
  }

  @Override
  public int keyValueHeads() {
    return attentionHeads;
  }

  @Override
  public int headDim() {
    return hiddenSize / attentionHeads;
  }
}
