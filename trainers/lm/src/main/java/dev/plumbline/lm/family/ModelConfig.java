/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import java.util.List;
import java.util.Set;

/**
 * The shape of a model: one record per family, read from and written as a Hugging Face {@code
 * config.json}.
 */
public sealed interface ModelConfig permits RotaryConfig, Gpt2Config {

  /**
   * Reads a {@code config.json}, strictly: a key whose value would change the numbers in a way that
   * the tensor programs don't compute is refused.
   *
   * @param generation tells which ids end a completion, where it says so
   * @throws IllegalArgumentException naming the key, its value and what was expected
   */
  static ModelConfig read(byte[] configJson, GenerationConfig generation) {
    return Families.read(ConfigJson.parse(configJson), generation);
  }

  /**
   * The config of a new model without biases of choice, rope scaling or sliding window. Texts start
   * with id 1, completions end with id 2.
   *
   * @param family one of {@link #families()}
   * @throws IllegalArgumentException when the family is unknown or the sizes don't go together
   */
  static ModelConfig of(String family, ModelSizes sizes) {
    return Families.create(family, sizes);
  }

  /** The names of all families, as {@code model_type} says them. */
  static Set<String> families() {
    return Families.modelTypes();
  }

  /** Number of token ids; every id is in {@code [0, vocabularySize)}. */
  int vocabularySize();

  /** Width of the residual stream. */
  int hiddenSize();

  /** Number of blocks. */
  int layers();

  /** Number of query heads. */
  int attentionHeads();

  /** Number of key and value heads; divides {@link #attentionHeads()}. */
  int keyValueHeads();

  /** Width of one head. */
  int headDim();

  /** Width of the feed-forward layer. */
  int intermediateSize();

  /** Longest row, prompt and completion together, in tokens. */
  int maxPositions();

  /** Whether the output matrix is the embedding. */
  boolean tiedEmbeddings();

  SpecialTokens specialTokens();

  /** The id that starts a text. */
  default int bosTokenId() {
    return specialTokens().bosTokenId();
  }

  /** The first of {@link #eosTokenIds()}: what ends a completion to learn from. */
  default int eosTokenId() {
    return eosTokenIds().getFirst();
  }

  /** Every id that ends a completion; at least one. */
  default List<Integer> eosTokenIds() {
    return specialTokens().eosTokenIds();
  }
}
