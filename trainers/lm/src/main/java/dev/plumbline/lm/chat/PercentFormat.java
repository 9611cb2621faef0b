/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code format % values}: the conversions s, r, d, i, x, X, o and f. */
final class PercentFormat {
  private static final Pattern CONVERSION =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ 0#]*)(\\d{0,4})(?:\\.(\\d{1,4}))?(.)", Pattern.DOTALL);

  private PercentFormat() {}

  /**
   * @param values a tuple of values, a dict for conversions with names, or one value
   * @throws Failure when values and conversions don't fit or one is not supported
   */
  static String format(String format, Value values) {
    List<Value> list = values instanceof Tuple tuple ? tuple.items() : List.of(values);
    Iterator<Value> remaining = list.iterator();
    StringBuilder text = new StringBuilder();
    Matcher matcher = CONVERSION.matcher(format);
    int from = 0;
    for (int at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
      text.append(format, from, at);
      matcher.region(at, format.length());
      if (!matcher.lookingAt()) {
        throw new Failure("incomplete format '%s'".formatted(format));
      }
      from = matcher.end();
      if (matcher.group(5).equals("%")) {
        text.append('%');
      } else {
        text.append(convert(matcher, value(matcher.group(1), values, remaining)));
      }
    }
    if (remaining.hasNext() && !(values instanceof Dict)) {
      throw new Failure("not all values were used by the format '%s'".formatted(format));
    }
    return text.append(format, from, format.length()).toString();
  }

  private static Value value(@Nullable String key, Value values, Iterator<Value> remaining) {
    if (key != null) {
      if (values instanceof Dict dict && dict.has(new Text(key))) {
        return dict.get(new Text(key), Value.None.NONE);
      }
      throw new Failure("the format needs a value '%s'".formatted(key));
    }
    if (!remaining.hasNext()) {
      throw new Failure("the format needs more values");
    }
    return remaining.next();
  }

  private static String convert(Matcher conversion, Value value) {
    String flags = conversion.group(2);
    String precision = conversion.group(4);
    char kind = conversion.group(5).charAt(0);
    String body =
        switch (kind) {
          case 's' -> cut(Representation.str(value), precision);
          case 'r' -> cut(Representation.repr(value), precision);
          case 'd', 'i' -> signed(integer(value).toString(), flags);
          case 'x' -> signed(integer(value).toString(16), flags);
          case 'X' -> signed(PythonText.upper(integer(value).toString(16)), flags);
          case 'o' -> signed(integer(value).toString(8), flags);
          case 'f', 'F' ->
              signed(fixed(value, precision == null ? 6 : Integer.parseInt(precision)), flags);
          default -> throw unsupported(conversion.group());
        };
    boolean numeric = "dixXofF".indexOf(kind) >= 0;
    if (flags.contains("#") || (numeric && kind != 'f' && kind != 'F' && precision != null)) {
      throw unsupported(conversion.group());
    }
    int width = conversion.group(3).isEmpty() ? 0 : Integer.parseInt(conversion.group(3));
    return fill(body, width, flags, numeric);
  }

  private static Failure unsupported(String conversion) {
    return new Failure("the conversion '%s' is not supported".formatted(conversion));
  }

  private static String cut(String text, @Nullable String precision) {
    int length = CodePoints.length(text);
    return precision == null || Integer.parseInt(precision) >= length
        ? text
        : CodePoints.substring(text, 0, Integer.parseInt(precision));
  }

  private static BigInteger integer(Value value) {
    return value instanceof Real real
            && !Double.isNaN(real.value())
            && !Double.isInfinite(real.value())
        ? new BigDecimal(real.value()).toBigInteger()
        : Arithmetic.toInteger(value);
  }

  /** A number with this many digits behind the point, rounded half to even from its exact value. */
  static String fixed(Value value, int digits) {
    double number = Arithmetic.toDouble(value);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Representation.real(number);
    }
    String text = new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    boolean lostSign = !text.startsWith("-") && (number < 0 || 1 / number < 0);
    return lostSign ? "-" + text : text;
  }

  private static String signed(String number, String flags) {
    if (number.startsWith("-")) {
      return number;
    }
    return (flags.contains("+") ? "+" : flags.contains(" ") ? " " : "") + number;
  }

  private static String fill(String body, int width, String flags, boolean numeric) {
    int missing = Math.max(0, width - CodePoints.length(body));
    if (flags.contains("-")) {
      return body + " ".repeat(missing);
    }
    if (numeric && flags.contains("0")) {
      int sign = !body.isEmpty() && "+- ".indexOf(body.charAt(0)) >= 0 ? 1 : 0;
      return body.substring(0, sign) + "0".repeat(missing) + body.substring(sign);
    }
    return " ".repeat(missing) + body;
  }
}
