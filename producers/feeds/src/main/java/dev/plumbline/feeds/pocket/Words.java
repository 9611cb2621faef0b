/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How texts are cut for measuring: lower case, a word or a punctuation mark at a time. */
final class Words {
  private static final Pattern WORD_OR_MARK =
      Pattern.compile("[\\p{L}\\p{N}']+|[^\\s\\p{L}\\p{N}']");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']+");

  private Words() {}

  /** Words and punctuation marks, in order. */
  static List<String> andMarks(String text) {
    return cut(WORD_OR_MARK, text);
  }

  /** Words alone, in order. */
  static List<String> of(String text) {
    return cut(WORD, text);
  }

  private static List<String> cut(Pattern pattern, String text) {
    return pattern
        .matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
