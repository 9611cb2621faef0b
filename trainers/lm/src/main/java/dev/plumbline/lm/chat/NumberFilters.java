/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Expression.ArithmeticOperator;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Filters that make or take numbers. */
final class NumberFilters {
  static final Map<String, Filters.Filter> FILTERS =
      Map.of(
          "int", NumberFilters::integer,
          "float", NumberFilters::real,
          "abs", NumberFilters::absolute,
          "round", NumberFilters::round);

  private static final Pattern DIGITS = Pattern.compile("[+-]?\\d+(_\\d+)*");
  private static final Pattern REAL =
      Pattern.compile(
          "[+-]?((\\d+(_\\d+)*)(\\.(\\d+(_\\d+)*)?)?|\\.\\d+(_\\d+)*)([eE][+-]?\\d+(_\\d+)*)?"
              + "|[+-]?(?i:inf|infinity|nan)");

  private NumberFilters() {}

  private static Value integer(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("int", 0, "default", "base");
    Value otherwise = bound.get("default", Int.of(0));
    if (subject instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (PythonText.isText(subject)) {
      String text = PythonText.strip(PythonText.text(subject));
      int base = bound.integer("base", 10);
      Optional<BigInteger> parsed = base == 10 ? decimal(text) : inBase(text, base);
      return parsed.<Value>map(Int::new).orElseGet(() -> truncated(parse(text), otherwise));
    }
    if (subject instanceof Real real) {
      return truncated(Optional.of(real.value()), otherwise);
    }
    return Arithmetic.isInteger(subject) ? new Int(Arithmetic.toInteger(subject)) : otherwise;
  }

  private static Value truncated(Optional<Double> number, Value otherwise) {
    return number
        .filter(n -> !Double.isNaN(n) && !Double.isInfinite(n))
        .<Value>map(n -> new Int(new BigDecimal(n).toBigInteger()))
        .orElse(otherwise);
  }

  private static Optional<BigInteger> decimal(String text) {
    return DIGITS.matcher(text).matches()
        ? Optional.of(new BigInteger(text.replace("_", "")))
        : Optional.empty();
  }

  private static Optional<BigInteger> inBase(String text, int base) {
    String prefix =
        switch (base) {
          case 2 -> "0b";
          case 8 -> "0o";
          case 16 -> "0x";
          default -> throw new Failure("the base of int must be 2, 8, 10 or 16, but was " + base);
        };
    String digits = PythonText.lower(text);
    String sign = digits.startsWith("-") ? "-" : "";
    digits = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
    digits = digits.startsWith(prefix) ? digits.substring(2) : digits;
    boolean valid =
        !digits.isEmpty() && digits.chars().allMatch(c -> Character.digit(c, base) >= 0);
    return valid ? Optional.of(new BigInteger(sign + digits, base)) : Optional.empty();
  }

  private static Optional<Double> parse(String text) {
    if (!REAL.matcher(text).matches()) {
      return Optional.empty();
    }
    String plain = PythonText.lower(text.replace("_", ""));
    if (plain.endsWith("nan")) {
      return Optional.of(Double.NaN);
    }
    if (plain.contains("inf")) {
      return Optional.of(
          plain.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return Optional.of(Double.parseDouble(plain));
  }

  private static Value real(Value subject, Arguments arguments) {
    Value otherwise = arguments.bind("float", 0, "default").get("default", new Real(0));
    return switch (subject) {
      case Undefined undefined -> throw new Failure(undefined.message());
      case Real real -> real;
      default -> {
        if (PythonText.isText(subject)) {
          Optional<Double> parsed = parse(PythonText.strip(PythonText.text(subject)));
          yield parsed.<Value>map(Real::new).orElse(otherwise);
        }
        yield Arithmetic.isInteger(subject) ? new Real(Arithmetic.toDouble(subject)) : otherwise;
      }
    };
  }

  private static Value absolute(Value subject, Arguments arguments) {
    arguments.bind("abs", 0);
    if (subject instanceof Real real) {
      return new Real(Math.abs(real.value()));
    }
    if (!Arithmetic.isInteger(subject)) {
      throw new Failure("abs needs a number, but found " + subject.type());
    }
    return new Int(Arithmetic.toInteger(subject).abs());
  }

  private static Value round(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("round", 0, "precision", "method");
    int precision = bound.integer("precision", 0);
    String method = bound.has("method") ? bound.text("method") : "common";
    if (!Ordering.isNumber(subject)) {
      throw new Failure("round needs a number, but found " + subject.type());
    }
    return switch (method) {
      case "common" -> rounded(subject, precision);
      case "ceil", "floor" -> toward(subject, precision, method.equals("ceil"));
      default ->
          throw new Failure(
              "the method of round must be 'common', 'ceil' or 'floor', but was '%s'"
                  .formatted(method));
    };
  }

  private static Value rounded(Value subject, int precision) {
    if (!(subject instanceof Real real)) {
      BigDecimal exact = new BigDecimal(Arithmetic.toInteger(subject));
      return precision >= 0
          ? new Int(exact.toBigInteger())
          : new Int(
              exact.setScale(Math.max(precision, -5000), RoundingMode.HALF_EVEN).toBigInteger());
    }
    double value = real.value();
    if (Double.isNaN(value) || Double.isInfinite(value) || precision > 400) {
      return real;
    }
    double rounded =
        new BigDecimal(value)
            .setScale(Math.max(precision, -400), RoundingMode.HALF_EVEN)
            .doubleValue();
    return new Real(Math.copySign(rounded, value));
  }

  // As Jinja computes it: the whole number above or below value * 10^precision, divided again.
  private static Value toward(Value subject, int precision, boolean up) {
    Value factor = Arithmetic.apply(ArithmeticOperator.POWER, Int.of(10), Int.of(precision));
    Value scaled = Arithmetic.apply(ArithmeticOperator.MULTIPLY, subject, factor);
    Value whole = scaled;
    if (scaled instanceof Real real) {
      double edge = up ? Math.ceil(real.value()) : Math.floor(real.value());
      if (Double.isNaN(edge) || Double.isInfinite(edge)) {
        throw new Failure("%s can't be rounded".formatted(Representation.real(edge)));
      }
      whole = new Int(new BigDecimal(edge).toBigInteger());
    }
    return Arithmetic.apply(ArithmeticOperator.DIVIDE, whole, factor);
  }
}
