/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Expression.ArithmeticOperator;
import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Operators of Python on numbers, and those that strings and lists share with them. */
final class Arithmetic {
  // What Python would take seconds for is refused.
  private static final int MAX_BITS = 1 << 16;
  private static final int MAX_ITEMS = 1 << 20;
  private static final BigInteger LARGEST_COUNT = BigInteger.valueOf(Integer.MAX_VALUE);

  private Arithmetic() {}

  static boolean isInteger(Value value) {
    return value instanceof Int || value instanceof Bool;
  }

  static BigInteger toInteger(Value value) {
    return switch (value) {
      case Int integer -> integer.value();
      case Bool bool -> bool.asInt().value();
      default -> throw new Failure("expected an integer, but found " + value.type());
    };
  }

  /** An integer as a Java {@code int}; those beyond its limits are at them. */
  static int clamp(Value value) {
    return toInteger(value).min(LARGEST_COUNT).max(LARGEST_COUNT.negate()).intValueExact();
  }

  static double toDouble(Value value) {
    return value instanceof Real real ? real.value() : toInteger(value).doubleValue();
  }

  /**
   * @throws Failure when the operator does not take such values
   */
  static Value apply(ArithmeticOperator operator, Value left, Value right) {
    for (Value operand : List.of(left, right)) {
      switch (operand) {
        case Undefined undefined -> throw new Failure(undefined.message());
        // Adding to a safe text would escape what is added.
        case SafeText text ->
            throw new Failure("arithmetic on the result of 'safe' or 'escape' is not supported");
        default -> {}
      }
    }
    if (isInteger(left) && isInteger(right)) {
      return integers(operator, toInteger(left), toInteger(right));
    }
    if (Ordering.isNumber(left) && Ordering.isNumber(right)) {
      return new Real(reals(operator, finite(left), finite(right)));
    }
    return switch (operator) {
      case ADD -> joined(left, right);
      case MULTIPLY -> isInteger(left) ? repeated(right, left) : repeated(left, right);
      case REMAINDER -> formatted(left, right);
      case SUBTRACT, DIVIDE, FLOOR_DIVIDE, POWER -> throw mismatch(operator, left, right);
    };
  }

  private static Value formatted(Value format, Value values) {
    if (!(format instanceof Text text)) {
      throw mismatch(ArithmeticOperator.REMAINDER, format, values);
    }
    return new Text(PercentFormat.format(text.value(), values));
  }

  private static Failure mismatch(ArithmeticOperator operator, Value left, Value right) {
    return new Failure(
        "'%s' does not take %s and %s".formatted(symbol(operator), left.type(), right.type()));
  }

  private static String symbol(ArithmeticOperator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
      case DIVIDE -> "/";
      case FLOOR_DIVIDE -> "//";
      case REMAINDER -> "%";
      case POWER -> "**";
    };
  }

  private static Value joined(Value left, Value right) {
    if (left instanceof Text a && right instanceof Text b) {
      PythonText.checkLength((long) a.value().length() + b.value().length());
      return new Text(a.value() + b.value());
    }
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return new ListValue(joined(a.items(), b.items()));
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      return new Tuple(joined(a.items(), b.items()));
    }
    throw mismatch(ArithmeticOperator.ADD, left, right);
  }

  private static List<Value> joined(List<Value> left, List<Value> right) {
    List<Value> items = new ArrayList<>(left);
    items.addAll(right);
    return checked(items.size(), items);
  }

  private static List<Value> checked(long size, List<Value> items) {
    if (size > MAX_ITEMS) {
      throw new Failure("a list may have %d items, but this one %d".formatted(MAX_ITEMS, size));
    }
    return items;
  }

  private static Value repeated(Value sequence, Value times) {
    if (!isInteger(times)) {
      throw mismatch(ArithmeticOperator.MULTIPLY, sequence, times);
    }
    int count = Math.max(0, clamp(times));
    return switch (sequence) {
      case Text text -> new Text(PythonText.repeat(text.value(), count));
      case ListValue list -> new ListValue(repeated(list.items(), count));
      case Tuple tuple -> new Tuple(repeated(tuple.items(), count));
      default -> throw mismatch(ArithmeticOperator.MULTIPLY, sequence, times);
    };
  }

  private static List<Value> repeated(List<Value> items, int times) {
    checked((long) items.size() * times, items);
    List<Value> repeated = new ArrayList<>();
    for (int i = 0; !items.isEmpty() && i < times; i++) {
      repeated.addAll(items);
    }
    return repeated;
  }

  private static Value integers(ArithmeticOperator operator, BigInteger left, BigInteger right) {
    return switch (operator) {
      case ADD -> integer(left.add(right));
      case SUBTRACT -> integer(left.subtract(right));
      case MULTIPLY -> integer(left.multiply(right));
      case DIVIDE -> new Real(quotient(left, nonZero(right)));
      case FLOOR_DIVIDE -> integer(floorDivide(left, nonZero(right)));
      case REMAINDER -> integer(left.subtract(floorDivide(left, nonZero(right)).multiply(right)));
      case POWER ->
          right.signum() < 0
              ? new Real(reals(operator, left.doubleValue(), right.doubleValue()))
              : integer(power(left, right));
    };
  }

  private static Int integer(BigInteger value) {
    if (value.bitLength() > MAX_BITS) {
      throw new Failure(
          "an integer may have %d bits, but this one has %d"
              .formatted(MAX_BITS, value.bitLength()));
    }
    return new Int(value);
  }

  private static BigInteger nonZero(BigInteger divisor) {
    if (divisor.signum() == 0) {
      throw new Failure("division by zero");
    }
    return divisor;
  }

  private static double quotient(BigInteger left, BigInteger right) {
    double value =
        left.bitLength() <= 53 && right.bitLength() <= 53
            ? left.doubleValue() / right.doubleValue()
            : new BigDecimal(left).divide(new BigDecimal(right), new MathContext(60)).doubleValue();
    if (Double.isInfinite(value)) {
      throw new Failure("the quotient is too large for a float");
    }
    return value;
  }

  private static BigInteger floorDivide(BigInteger left, BigInteger right) {
    BigInteger[] parts = left.divideAndRemainder(right);
    boolean below = parts[1].signum() != 0 && parts[1].signum() != right.signum();
    return below ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static BigInteger power(BigInteger base, BigInteger exponent) {
    BigInteger size = BigInteger.valueOf(base.abs().bitLength()).multiply(exponent);
    if (base.bitLength() > 1 && size.compareTo(BigInteger.valueOf(MAX_BITS)) > 0) {
      throw new Failure("%s ** %s is too large".formatted(base, exponent));
    }
    // Of 0, 1 and -1 only the exponent's parity and whether it is 0 matter.
    int parity = exponent.testBit(0) ? 1 : 2;
    return base.pow(exponent.bitLength() < Integer.SIZE ? exponent.intValueExact() : parity);
  }

  private static double finite(Value number) {
    double value = toDouble(number);
    if (Double.isInfinite(value) && isInteger(number)) {
      throw new Failure("an integer is too large for a float");
    }
    return value;
  }

  private static double reals(ArithmeticOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / nonZero(right);
      case FLOOR_DIVIDE -> floorDivide(left, nonZero(right));
      case REMAINDER -> remainder(left, nonZero(right));
      case POWER -> power(left, right);
    };
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw new Failure("division by zero");
    }
    return divisor;
  }

  private static double remainder(double left, double right) {
    double remainder = left % right;
    if (remainder == 0) {
      return Math.copySign(0.0, right);
    }
    return remainder < 0 == right < 0 ? remainder : remainder + right;
  }

  private static double floorDivide(double left, double right) {
    double quotient = (left - remainder(left, right)) / right;
    if (quotient == 0) {
      return Math.copySign(0.0, left / right);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(double left, double right) {
    if (left == 0 && right < 0) {
      throw new Failure("0.0 can't be raised to a negative power");
    }
    if (left < 0 && !Double.isInfinite(left) && right != Math.rint(right)) {
      throw new Failure("complex numbers are not supported");
    }
    // Python knows that these hold for NaN too.
    double value = left == 1 || right == 0 ? 1 : Math.pow(left, right);
    if (Double.isInfinite(value) && !Double.isInfinite(left) && !Double.isInfinite(right)) {
      throw new Failure("the power is too large for a float");
    }
    return value;
  }

  static Value negative(Value operand) {
    return switch (operand) {
      case Real real -> new Real(-real.value());
      case Undefined undefined -> throw new Failure(undefined.message());
      default -> new Int(signed(operand).negate());
    };
  }

  static Value positive(Value operand) {
    return switch (operand) {
      case Real real -> real;
      case Undefined undefined -> throw new Failure(undefined.message());
      default -> new Int(signed(operand));
    };
  }

  private static BigInteger signed(Value operand) {
    if (!isInteger(operand)) {
      throw new Failure("a sign does not go with " + operand.type());
    }
    return toInteger(operand);
  }
}
