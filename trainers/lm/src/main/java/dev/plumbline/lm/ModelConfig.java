/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * The shape of a model: one record per family, read from and written as a Hugging Face {@code
 * config.json}.
 */
public sealed interface ModelConfig permits LlamaConfig {

  /** Number of token ids; every id is in {@code [0, vocabularySize)}. */
  int vocabularySize();

  /** Longest row, prompt and completion together, in tokens. */
  int maxPositions();

  int bosTokenId();

  int eosTokenId();
}
