/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

/** Strings as sequences of code points, as Python counts them. */
final class CodePoints {
  private CodePoints() {}

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Index in chars of a code point. */
  static int offset(String text, int index) {
    return text.offsetByCodePoints(0, index);
  }

  static String substring(String text, int from, int to) {
    int start = offset(text, from);
    return text.substring(start, text.offsetByCodePoints(start, to - from));
  }

  static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean differInPlane = Character.isSurrogate(a) != Character.isSurrogate(b);
        return differInPlane ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
