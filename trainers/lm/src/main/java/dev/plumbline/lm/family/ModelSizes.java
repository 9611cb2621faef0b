/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

/**
 * The numbers that say how large a model is, for every family alike.
 *
 * @param vocabularySize number of token ids
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layer
 * @param layers number of blocks
 * @param attentionHeads number of query heads
 * @param keyValueHeads number of key and value heads; GPT-2 has as many as query heads
 * @param headDim width of one head; GPT-2's is {@code hiddenSize / attentionHeads}
 * @param maxPositions longest row in tokens
 * @param tiedEmbeddings whether the output matrix is the embedding
 */
public record ModelSizes(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int attentionHeads,
    int keyValueHeads,
    int headDim,
    int maxPositions,
    boolean tiedEmbeddings) {

  /** Small enough for every test: two blocks, grouped queries, 300 ids. */
  public static ModelSizes tiny() {
    return new ModelSizes(300, 16, 24, 2, 4, 2, 4, 64, false);
  }
}
