/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** What Python's strings do that Java's do otherwise. */
final class PythonText {
  /** A text longer than this is a runaway template's, not a conversation's. */
  static final int MAX_CHARS = 1 << 24;

  private PythonText() {}

  static boolean isText(Value value) {
    return value instanceof Text || value instanceof SafeText;
  }

  static String text(Value value) {
    return switch (value) {
      case Text text -> text.value();
      case SafeText text -> text.value();
      default -> throw new Failure("expected a string, but found " + value.type());
    };
  }

  /**
   * @throws Failure when a text of that many chars is too long
   */
  static void checkLength(long chars) {
    if (chars > MAX_CHARS) {
      throw new Failure(
          "a text may have %d characters, but this one would have %d".formatted(MAX_CHARS, chars));
    }
  }

  static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || c == 0xA0
        || (c > 0xFF && Character.isSpaceChar(c));
  }

  static String strip(String text) {
    return stripEnd(stripStart(text, PythonText::isSpace), PythonText::isSpace);
  }

  static String stripEnd(String text) {
    return stripEnd(text, PythonText::isSpace);
  }

  static String stripStart(String text, IntPredicate dropped) {
    int start = 0;
    while (start < text.length() && dropped.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    return text.substring(start);
  }

  static String stripEnd(String text, IntPredicate dropped) {
    int end = text.length();
    while (end > 0 && dropped.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(0, end);
  }

  static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  static String repeat(String text, long times) {
    long count = Math.max(0, times);
    checkLength(Math.multiplyHigh(text.length(), count) == 0 ? text.length() * count : count);
    return text.repeat((int) count);
  }

  static String replace(String text, String old, String replacement, int times) {
    if (times == 0) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    int from = 0;
    int done = 0;
    while (times < 0 || done < times) {
      int at = old.isEmpty() ? (from <= text.length() ? from : -1) : text.indexOf(old, from);
      if (at < 0) {
        break;
      }
      checkLength((long) result.length() + (at - from) + replacement.length());
      result.append(text, from, at).append(replacement);
      done++;
      from = at + old.length();
      if (old.isEmpty()) {
        if (at == text.length()) {
          return result.toString();
        }
        int next = text.offsetByCodePoints(at, 1);
        result.append(text, at, next);
        from = next;
      }
    }
    return result.append(text, from, text.length()).toString();
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return titleCase(text.substring(0, first))
        + lower(text).substring(lower(text.substring(0, first)).length());
  }

  /** One character in title case, which may be several: ß is Ss. */
  static String titleCase(String character) {
    int c = character.codePointAt(0);
    String upper = upper(character);
    boolean expands = upper.codePointCount(0, upper.length()) > 1;
    if (!expands || Character.toTitleCase(c) != c) {
      return Character.toString(Character.toTitleCase(c));
    }
    int first = Character.charCount(upper.codePointAt(0));
    return upper.substring(0, first) + lower(upper.substring(first));
  }

  /** Every run of letters with its first in title case, the others lower. */
  static String title(String text) {
    StringBuilder result = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      String character = Character.toString(text.codePointAt(i));
      boolean cased = isCased(text.codePointAt(i));
      result.append(cased && !inWord ? titleCase(character) : lower(character));
      inWord = cased;
    }
    return result.toString();
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  /** Lines without their ends; what counts as an end is more than a newline. */
  static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      int end = lineEnd(text, i);
      if (end > i) {
        lines.add(text.substring(start, keepEnds ? end : i));
        start = end;
        i = end;
      } else {
        i++;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /** Behind the line end at a place; the place itself where there is none. */
  private static int lineEnd(String text, int at) {
    return switch (text.charAt(at)) {
      case '\r' -> text.startsWith("\n", at + 1) ? at + 2 : at + 1;
      case '\n', '\u000B', '\f', '\u001C', '\u001D', '\u001E', '\u0085', '\u2028', '\u2029' ->
          at + 1;
      default -> at;
    };
  }
}
