/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Function;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The methods of a string. */
final class TextMethods {
  @FunctionalInterface
  private interface Method {
    Value call(String text, Arguments arguments);
  }

  private static final Map<String, Method> METHODS =
      Map.ofEntries(
          Map.entry("strip", TextMethods::strip),
          Map.entry("lstrip", (t, a) -> new Text(PythonText.stripStart(t, dropped("lstrip", a)))),
          Map.entry("rstrip", (t, a) -> new Text(PythonText.stripEnd(t, dropped("rstrip", a)))),
          Map.entry("split", TextMethods::split),
          Map.entry("rsplit", TextMethods::rsplit),
          Map.entry("splitlines", TextMethods::splitlines),
          Map.entry("partition", (t, a) -> partition(t, a, false)),
          Map.entry("rpartition", (t, a) -> partition(t, a, true)),
          Map.entry("startswith", (t, a) -> Bool.of(matches("startswith", t, a))),
          Map.entry("endswith", (t, a) -> Bool.of(matches("endswith", t, a))),
          Map.entry("removeprefix", TextMethods::removePrefix),
          Map.entry("removesuffix", TextMethods::removeSuffix),
          Map.entry("replace", TextMethods::replace),
          Map.entry("join", TextMethods::join),
          Map.entry("find", (t, a) -> Int.of(find("find", t, a, false))),
          Map.entry("rfind", (t, a) -> Int.of(find("rfind", t, a, true))),
          Map.entry("index", (t, a) -> Int.of(found(find("index", t, a, false)))),
          Map.entry("rindex", (t, a) -> Int.of(found(find("rindex", t, a, true)))),
          Map.entry("count", TextMethods::count),
          Map.entry("upper", plain("upper", PythonText::upper)),
          Map.entry("lower", plain("lower", PythonText::lower)),
          Map.entry("title", plain("title", PythonText::title)),
          Map.entry("capitalize", plain("capitalize", PythonText::capitalize)),
          Map.entry("isspace", all("isspace", PythonText::isSpace)),
          Map.entry("isalpha", all("isalpha", Character::isLetter)),
          Map.entry("isalnum", all("isalnum", TextMethods::isAlphanumeric)),
          Map.entry("isdigit", all("isdigit", TextMethods::isDigit)),
          Map.entry("isdecimal", all("isdecimal", Character::isDigit)),
          Map.entry("isupper", (t, a) -> Bool.of(isUpper(t))),
          Map.entry("islower", (t, a) -> Bool.of(isLower(t))),
          Map.entry("zfill", TextMethods::zfill),
          Map.entry("ljust", padded("ljust", Side.BEHIND)),
          Map.entry("rjust", padded("rjust", Side.BEFORE)),
          Map.entry("center", padded("center", Side.BOTH)),
          Map.entry("format", (t, a) -> new Text(BraceFormat.format(t, a))));

  private static final Set<String> UNSUPPORTED =
      Set.of(
          "casefold",
          "encode",
          "expandtabs",
          "format_map",
          "isascii",
          "isidentifier",
          "isnumeric",
          "isprintable",
          "istitle",
          "maketrans",
          "swapcase",
          "translate");

  private TextMethods() {}

  static boolean has(String name) {
    return METHODS.containsKey(name);
  }

  static boolean isUnsupported(String name) {
    return UNSUPPORTED.contains(name);
  }

  static Function method(String text, String name) {
    Method method = METHODS.get(name);
    return new Function(name, arguments -> method.call(text, arguments));
  }

  private static Method plain(String name, java.util.function.UnaryOperator<String> operator) {
    return (text, arguments) -> {
      arguments.bind(name, 0);
      return new Text(operator.apply(text));
    };
  }

  private static Method all(String name, IntPredicate predicate) {
    return (text, arguments) -> {
      arguments.bind(name, 0);
      return Bool.of(!text.isEmpty() && text.codePoints().allMatch(predicate));
    };
  }

  private static boolean isAlphanumeric(int c) {
    return Character.isLetter(c)
        || isDigit(c)
        || Character.getType(c) == Character.LETTER_NUMBER
        || Character.getType(c) == Character.OTHER_NUMBER;
  }

  // Superscript and subscript digits are digits to Python, other numbers are not.
  private static boolean isDigit(int c) {
    return Character.isDigit(c) || "²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉".indexOf(c) >= 0;
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  /** The characters that a strip drops: those given, else white space. */
  static IntPredicate dropped(String function, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(function, 0, "chars");
    if (bound.isNone("chars")) {
      return PythonText::isSpace;
    }
    String chars = bound.text("chars");
    return c -> chars.indexOf(c) >= 0;
  }

  static Value strip(String text, Arguments arguments) {
    IntPredicate dropped = dropped("strip", arguments);
    return new Text(PythonText.stripEnd(PythonText.stripStart(text, dropped), dropped));
  }

  private static ListValue texts(List<String> parts) {
    return new ListValue(parts.stream().<Value>map(Text::new).toList());
  }

  private static Value split(String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("split", 0, "sep", "maxsplit");
    int limit = bound.integer("maxsplit", -1);
    if (bound.isNone("sep")) {
      return texts(splitAtSpace(text, limit));
    }
    return texts(splitAt(text, separator(bound), limit));
  }

  private static String separator(Arguments.Bound bound) {
    String separator = bound.text("sep");
    if (separator.isEmpty()) {
      throw new Failure("the separator of %s is empty".formatted(bound.function()));
    }
    return separator;
  }

  private static List<String> splitAt(String text, String separator, int limit) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && (limit < 0 || parts.size() < limit)) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
      at = text.indexOf(separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static List<String> splitAtSpace(String text, int limit) {
    List<String> parts = new ArrayList<>();
    String rest = PythonText.stripStart(text, PythonText::isSpace);
    while (!rest.isEmpty()) {
      if (limit >= 0 && parts.size() == limit) {
        parts.add(PythonText.stripEnd(rest));
        break;
      }
      String behind = PythonText.stripStart(rest, c -> !PythonText.isSpace(c));
      parts.add(rest.substring(0, rest.length() - behind.length()));
      rest = PythonText.stripStart(behind, PythonText::isSpace);
    }
    return parts;
  }

  // Splitting from the right is splitting the reversed text from the left.
  private static Value rsplit(String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("rsplit", 0, "sep", "maxsplit");
    int limit = bound.integer("maxsplit", -1);
    String reversed = PythonText.reverse(text);
    List<String> parts =
        bound.isNone("sep")
            ? splitAtSpace(reversed, limit)
            : splitAt(reversed, PythonText.reverse(separator(bound)), limit);
    List<String> ordered = new ArrayList<>(parts.stream().map(PythonText::reverse).toList());
    Collections.reverse(ordered);
    return texts(ordered);
  }

  private static Value splitlines(String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("splitlines", 0, "keepends");
    return texts(PythonText.lines(text, bound.flag("keepends", false)));
  }

  private static Value partition(String text, Arguments arguments, boolean last) {
    String separator = separator(arguments.bind("partition", 1, "sep"));
    int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      Text whole = new Text(text);
      return new Tuple(
          last ? List.of(Text.EMPTY, Text.EMPTY, whole) : List.of(whole, Text.EMPTY, Text.EMPTY));
    }
    return new Tuple(
        List.of(
            new Text(text.substring(0, at)),
            new Text(separator),
            new Text(text.substring(at + separator.length()))));
  }

  /** The part of a text that the arguments {@code start} and {@code end} leave. */
  private static String window(String text, Arguments.Bound bound) {
    Value part =
        Subscript.slice(new Text(text), bound.get("start"), bound.get("end"), Value.None.NONE);
    return PythonText.text(part);
  }

  private static boolean matches(String function, String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(function, 1, "affix", "start", "end");
    String part = window(text, bound);
    List<Value> affixes =
        bound.get("affix") instanceof Tuple tuple
            ? tuple.items()
            : List.of(new Text(bound.text("affix")));
    return affixes.stream()
        .map(PythonText::text)
        .anyMatch(a -> function.equals("startswith") ? part.startsWith(a) : part.endsWith(a));
  }

  private static Value removePrefix(String text, Arguments arguments) {
    String prefix = arguments.bind("removeprefix", 1, "prefix").text("prefix");
    return new Text(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
  }

  private static Value removeSuffix(String text, Arguments arguments) {
    String suffix = arguments.bind("removesuffix", 1, "suffix").text("suffix");
    return new Text(
        text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text);
  }

  private static Value replace(String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("replace", 2, "old", "new", "count");
    int count = bound.integer("count", -1);
    return new Text(PythonText.replace(text, bound.text("old"), bound.text("new"), count));
  }

  private static Value join(String text, Arguments arguments) {
    Value parts = arguments.bind("join", 1, "iterable").get("iterable");
    String joined =
        Iteration.list(parts).stream().map(PythonText::text).collect(Collectors.joining(text));
    PythonText.checkLength(joined.length());
    return new Text(joined);
  }

  private static int find(String function, String text, Arguments arguments, boolean last) {
    Arguments.Bound bound = arguments.bind(function, 1, "sub", "start", "end");
    String part = window(text, bound);
    String sought = bound.text("sub");
    int at = last ? part.lastIndexOf(sought) : part.indexOf(sought);
    if (at < 0) {
      return -1;
    }
    int skipped =
        bound.isNone("start")
            ? 0
            : CodePoints.length(text)
                - Iteration.length(
                    Subscript.slice(
                        new Text(text), bound.get("start"), Value.None.NONE, Value.None.NONE));
    return skipped + part.codePointCount(0, at);
  }

  private static int found(int index) {
    if (index < 0) {
      throw new Failure("substring not found");
    }
    return index;
  }

  private static Value count(String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("count", 1, "sub", "start", "end");
    String part = window(text, bound);
    String sought = bound.text("sub");
    return Int.of(
        sought.isEmpty() ? CodePoints.length(part) + 1 : splitAt(part, sought, -1).size() - 1);
  }

  private static Value zfill(String text, Arguments arguments) {
    int width = arguments.bind("zfill", 1, "width").integer("width", 0);
    String zeros = PythonText.repeat("0", width - (long) CodePoints.length(text));
    boolean signed = text.startsWith("-") || text.startsWith("+");
    return new Text(signed ? text.charAt(0) + zeros + text.substring(1) : zeros + text);
  }

  private enum Side {
    BEFORE,
    BEHIND,
    BOTH
  }

  private static Method padded(String function, Side side) {
    return (text, arguments) -> {
      Arguments.Bound bound = arguments.bind(function, 1, "width", "fillchar");
      String fill = bound.has("fillchar") ? bound.text("fillchar") : " ";
      if (CodePoints.length(fill) != 1) {
        throw new Failure("fillchar must be one character, but was '%s'".formatted(fill));
      }
      int width = bound.integer("width", 0);
      int missing = Math.max(0, width - CodePoints.length(text));
      // Python puts the odd one of an odd width before the text.
      int before =
          switch (side) {
            case BEFORE -> missing;
            case BEHIND -> 0;
            case BOTH -> missing / 2 + (missing & width & 1);
          };
      return new Text(
          PythonText.repeat(fill, before) + text + PythonText.repeat(fill, missing - before));
    };
  }
}
