/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How values of the supported types are read from text and written back. */
final class ValueNotation {

  private ValueNotation() {}

  /**
   * @throws IllegalArgumentException saying what was expected, when the text has another form
   */
  static Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == int.class || type == Integer.class) {
      return number(text, "a whole number", Integer::valueOf);
    } else if (type == long.class || type == Long.class) {
      return number(text, "a whole number", Long::valueOf);
    } else if (type == double.class || type == Double.class) {
      return number(text, "a number", ValueNotation::finite);
    } else if (type == boolean.class || type == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("not true or false");
      };
    } else if (type == Duration.class) {
      return Durations.parse(text);
    } else if (type == Path.class) {
      return Path.of(text);
    } else if (type.isEnum()) {
      return constant(type, text);
    }
    throw new IllegalStateException("a setting can't be of type " + type.getName());
  }

  static String format(Object value) {
    return switch (value) {
      case Duration duration -> Durations.format(duration);
      case Enum<?> constant -> lowerCase(constant);
      case List<?> list ->
          list.stream().map(ValueNotation::format).collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  /** The type in the words of the reference table. */
  static String describe(Class<?> type) {
    if (type.isEnum()) {
      return constants(type);
    } else if (type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class) {
      return "integer";
    } else if (type == double.class || type == Double.class) {
      return "number";
    }
    return type.getSimpleName().toLowerCase(Locale.ROOT);
  }

  private interface NumberReader {
    Object read(String text);
  }

  private static Object number(String text, String expected, NumberReader reader) {
    try {
      return reader.read(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not " + expected, e);
    }
  }

  private static Double finite(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static Object constant(Class<?> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> lowerCase((Enum<?>) constant).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not one of " + constants(type)));
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> lowerCase((Enum<?>) constant))
        .collect(Collectors.joining(", "));
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
