/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.text.Tokenizer;

/**
 * Turns the texts of a pair into token rows, as {@link ExampleEncoder} does, ties not told apart.
 */
public final class PairEncoder {
  private final ExampleEncoder examples;

  /**
   * @param maxLength longest prompt with completion, in tokens
   * @param maxPromptLength what a prompt is cut to when cutting is needed
   */
  public PairEncoder(Tokenizer tokenizer, int maxLength, int maxPromptLength) {
    this(new ExampleEncoder(tokenizer, maxLength, maxPromptLength));
  }

  private PairEncoder(ExampleEncoder examples) {
    this.examples = examples;
  }

  /** An encoder for a model: {@code maxLength}, or the model's longest row if that is less. */
  public static PairEncoder of(CausalLanguageModel model, int maxLength) {
    return new PairEncoder(ExampleEncoder.of(model, maxLength));
  }

  /** Encodes a pair; see {@link EncodedPair} for belief and weight. */
  public EncodedPair encode(String prompt, String a, String b, double belief, double weight) {
    return examples.pair(prompt, a, b, belief, 0, weight);
  }
}
