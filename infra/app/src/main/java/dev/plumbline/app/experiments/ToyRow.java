/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.experiments;

import java.util.random.RandomGenerator;

/** A completion, and the state of the language before each of its tokens. Immutable. */
final class ToyRow {
  private final int[] states;
  private final int[] tokens;

  /**
   * @param prompt the state that the prompt, two tokens, leaves the language in
   */
  ToyRow(ToyLanguage language, int prompt, int... tokens) {
    this.states = new int[tokens.length];
    this.tokens = tokens.clone();
    int state = prompt;
    for (int t = 0; t < tokens.length; t++) {
      states[t] = state;
      state = language.next(state, tokens[t]);
    }
  }

  /** Draws a completion of {@code length} tokens. */
  static ToyRow sample(ToyLanguage language, int prompt, int length, RandomGenerator random) {
    int[] tokens = new int[length];
    int state = prompt;
    for (int t = 0; t < length; t++) {
      tokens[t] = language.sample(state, random);
      state = language.next(state, tokens[t]);
    }
    return new ToyRow(language, prompt, tokens);
  }

  /** Number of tokens. */
  int length() {
    return tokens.length;
  }

  /** The state before token {@code t}. */
  int state(int t) {
    return states[t];
  }

  int token(int t) {
    return tokens[t];
  }
}
