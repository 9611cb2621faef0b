/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.OptionalInt;

/** The Levenshtein distance of two texts in characters. */
public final class EditDistance {
  /** Most cells of the table: a tenth of a second or so. */
  private static final long MAX_CELLS = 50_000_000;

  private EditDistance() {}

  /** Returns the distance, or nothing where the texts differ over too long a stretch to count. */
  public static OptionalInt chars(String from, String to) {
    int start = 0;
    int shorter = Math.min(from.length(), to.length());
    while (start < shorter && from.charAt(start) == to.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && from.charAt(from.length() - 1 - end) == to.charAt(to.length() - 1 - end)) {
      end++;
    }
    String a = from.substring(start, from.length() - end);
    String b = to.substring(start, to.length() - end);
    return (long) a.length() * b.length() > MAX_CELLS
        ? OptionalInt.empty()
        : OptionalInt.of(table(a, b));
  }

  /** Row by row: {@code above[j]} is the distance of a's first i characters to b's first j. */
  private static int table(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    int[] row = new int[b.length() + 1];
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, 1 + Math.min(above[j], row[j - 1]));
      }
      int[] swapped = above;
      above = row;
      row = swapped;
    }
    return above[b.length()];
  }
}
