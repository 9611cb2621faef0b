/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.text;

/**
 * Token ids of a text and the part of the text that each stands for.
 *
 * @param ids the tokens
 * @param starts index in the text of each token's first char
 * @param ends index behind each token's last char; tokens that share a character, as bytes of one
 *     do, all cover it. Many tokenizers count the space before a word as no part of its token
 */
@SuppressWarnings("ArrayRecordComponent") // columns of one table, never compared
public record TokenizedText(int[] ids, int[] starts, int[] ends) {
  public TokenizedText {
    if (starts.length != ids.length || ends.length != ids.length) {
      throw new IllegalArgumentException(
          "ids, starts and ends must be of one length, but were of %d, %d and %d"
              .formatted(ids.length, starts.length, ends.length));
    }
  }

  /**
   * Whether a token covers a char of the text from {@code start} up to, not including, {@code end}.
   */
  public boolean covers(int token, int start, int end) {
    // Of white space alone, some tokenizers give only the place behind it.
    int first = Math.min(starts[token], ends[token] - 1);
    return start < end && first < end && ends[token] > start;
  }
}
