/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.DictView;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Range;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Collectors;

/** Values as Python prints them. */
final class Representation {
  private Representation() {}

  /** {@code str(value)}: what an output puts out. */
  static String str(Value value) {
    return switch (value) {
      case Text text -> text.value();
      case SafeText text -> text.value();
      case Undefined undefined -> "";
      default -> repr(value);
    };
  }

  /** {@code repr(value)}: as inside a list. */
  static String repr(Value value) {
    return switch (value) {
      case Value.None none -> "None";
      case Undefined undefined -> "Undefined";
      case Bool bool -> bool.value() ? "True" : "False";
      case Int integer -> integer.value().toString();
      case Real real -> real(real.value());
      case Text text -> quoted(text.value());
      case SafeText text -> "Markup(" + quoted(text.value()) + ")";
      case ListValue list -> "[" + joined(list.items()) + "]";
      case Tuple tuple -> "(" + joined(tuple.items()) + (tuple.items().size() == 1 ? ",)" : ")");
      case Range range ->
          range.step() == 1
              ? "range(%d, %d)".formatted(range.start(), range.stop())
              : "range(%d, %d, %d)".formatted(range.start(), range.stop(), range.step());
      case Dict dict ->
          dict.entries().stream()
              .map(entry -> repr(entry.getKey()) + ": " + repr(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case DictView view -> view.type() + "([" + joined(Iteration.list(view)) + "])";
      case Value.LoopValue loop ->
          "<LoopContext %d/%d>".formatted(loop.state().index() + 1, loop.state().size());
      case Value.Generator generator -> throw unprintable(value);
      case Value.Function function -> throw unprintable(value);
      case Value.Namespace namespace -> throw unprintable(value);
    };
  }

  private static Failure unprintable(Value value) {
    return new Failure("a %s can't be printed".formatted(value.type()));
  }

  private static String joined(List<Value> items) {
    return items.stream().map(Representation::repr).collect(Collectors.joining(", "));
  }

  /**
   * The shortest digits that read back as the same number, with an exponent where Python has one.
   */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal written = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    // Java writes two digits even where one tells the number, as in 5e-324.
    BigDecimal shorter = written.round(new MathContext(1));
    BigDecimal decimal = shorter.doubleValue() == value ? shorter : written;
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = decimal.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%s%se%s%02d"
        .formatted(value < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> append(quoted, c, quote));
    return quoted.append(quote).toString();
  }

  private static void append(StringBuilder quoted, int c, char quote) {
    switch (c) {
      case '\\' -> quoted.append("\\\\");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      default -> {
        if (c == quote) {
          quoted.append('\\').append(quote);
        } else if (isPrintable(c)) {
          quoted.appendCodePoint(c);
        } else {
          String format = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
          quoted.append(format.formatted(c));
        }
      }
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
