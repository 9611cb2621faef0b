/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.Arrays;

/**
 * One row of a batch: the token ids of a prompt followed by a completion.
 *
 * <p>A label is a token that some earlier position predicts: label {@code t} is {@code ids[t + 1]},
 * predicted at position {@code t}. A row of n tokens has n - 1 labels; those from {@code
 * completionStart - 1} on belong to the completion.
 *
 * <p>A row may say which soft prompt of a {@link ControlAdapter} acted on each of its tokens. A
 * text spoken under several prompts is still one row: each label is predicted under the prompt of
 * its own token. An adapter without soft prompts reads every row without.
 *
 * @param ids prompt and completion, the completion's end-of-sequence token included when it has one
 * @param completionStart index in {@code ids} of the completion's first token; at least 1, because
 *     the first token of a row is predicted by nothing
 * @param promptLevels per completion token the level of the soft prompt that acted on it, 0 for
 *     none; empty means 0 throughout. Labels of the prompt have the first completion token's
 */
@SuppressWarnings("ArrayRecordComponent") // copied on both sides, compared by content
public record TokenRow(int[] ids, int completionStart, int[] promptLevels) {
  private static final int[] NO_LEVELS = {};

  public TokenRow {
    if (completionStart < 1) {
      throw new IllegalArgumentException(
          "completionStart must be at least 1 (the first token is predicted by nothing), but was "
              + completionStart);
    }
    if (completionStart >= ids.length) {
      throw new IllegalArgumentException(
          "a row needs at least one completion token, but completionStart was %d and the row has %d tokens"
              .formatted(completionStart, ids.length));
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        throw new IllegalArgumentException(
            "token ids must not be negative, but ids[%d] was %d".formatted(i, ids[i]));
      }
    }
    requireLevels(promptLevels, ids.length - completionStart);
    ids = ids.clone();
    promptLevels = promptLevels.clone();
  }

  /** A row that no soft prompt acted on. */
  public TokenRow(int[] ids, int completionStart) {
    this(ids, completionStart, NO_LEVELS);
  }

  private static void requireLevels(int[] levels, int completionTokens) {
    if (levels.length != 0 && levels.length != completionTokens) {
      throw new IllegalArgumentException(
          "one prompt level per completion token or none expected, but %d tokens had %d"
              .formatted(completionTokens, levels.length));
    }
    for (int level : levels) {
      if (level < 0) {
        throw new IllegalArgumentException(
            "prompt levels must be 0 (no prompt) or more, but one was " + level);
      }
    }
  }

  /** Joins a prompt and its completion. */
  public static TokenRow of(int[] prompt, int[] completion) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + completion.length);
    System.arraycopy(completion, 0, ids, prompt.length, completion.length);
    return new TokenRow(ids, prompt.length);
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public int[] promptLevels() {
    return promptLevels.clone();
  }

  /** The same text, spoken under soft prompts of these levels: one per completion token. */
  public TokenRow under(int... promptLevels) {
    return new TokenRow(ids, completionStart, promptLevels);
  }

  /** The level of the soft prompt that acts on label {@code t}. */
  public int promptLevel(int t) {
    return promptLevels.length == 0 ? 0 : promptLevels[Math.max(0, t + 1 - completionStart)];
  }

  /** Whether a soft prompt acts on any label. */
  boolean isPrompted() {
    return Arrays.stream(promptLevels).anyMatch(level -> level > 0);
  }

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }

  /** Number of labels: {@code length() - 1}. */
  public int labels() {
    return ids.length - 1;
  }

  /** Number of completion tokens. */
  public int completionTokens() {
    return ids.length - completionStart;
  }

  /** Whether label {@code t} is a completion token. */
  public boolean isCompletionLabel(int t) {
    return t >= completionStart - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenRow row
        && completionStart == row.completionStart
        && Arrays.equals(ids, row.ids)
        && Arrays.equals(promptLevels, row.promptLevels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(ids) + completionStart) + Arrays.hashCode(promptLevels);
  }

  @Override
  public String toString() {
    return "TokenRow[ids=%s, completionStart=%d, promptLevels=%s]"
        .formatted(Arrays.toString(ids), completionStart, Arrays.toString(promptLevels));
  }
}
