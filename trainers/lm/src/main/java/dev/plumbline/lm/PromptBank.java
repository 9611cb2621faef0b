/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the vectors of soft prompts stand among the token ids: behind the vocabulary, prompt after
 * prompt. A sequence under a soft prompt begins with the ids of its vectors, whose positions count
 * as a token's (the layout of PEFT's prompt tuning).
 *
 * @param firstId of the first prompt's first vector: the size of the vocabulary
 * @param levels level 0, which has no prompt, and one per prompt
 * @param vectors of each prompt
 */
record PromptBank(int firstId, int levels, int vectors) {
  /** No soft prompts: every row is read without. */
  static final PromptBank NONE = new PromptBank(0, 1, 0);

  /** Ids of a level's vectors. */
  int[] ids(int level) {
    int start = firstId + (level - 1) * vectors;
    return level == 0 ? new int[0] : IntStream.range(start, start + vectors).toArray();
  }

  /** A text behind a level's vectors. */
  int[] before(int level, int[] text) {
    int[] prompt = ids(level);
    int[] both = Arrays.copyOf(prompt, prompt.length + text.length);
    System.arraycopy(text, 0, both, prompt.length, text.length);
    return both;
  }

  /** The level under which a label of the row is predicted. */
  int levelOf(TokenRow row, int label) {
    return levels == 1 ? 0 : row.promptLevel(label);
  }
}
