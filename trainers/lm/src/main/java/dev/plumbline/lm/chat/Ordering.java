/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Order of Python: numbers, strings by code point, lists and tuples by their elements. */
final class Ordering {
  private Ordering() {}

  /**
   * Negative, zero or positive as {@code left} is less than, equal to or greater than {@code
   * right}; empty where one is not a number (NaN).
   *
   * @throws Failure when the two have no order
   */
  static Optional<Integer> compare(Value left, Value right) {
    if (isNumber(left) && isNumber(right)) {
      return number(left, right);
    }
    if (PythonText.isText(left) && PythonText.isText(right)) {
      return Optional.of(CodePoints.compare(PythonText.text(left), PythonText.text(right)));
    }
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return elements(a.items(), b.items());
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      return elements(a.items(), b.items());
    }
    for (Value side : List.of(left, right)) {
      if (side instanceof Undefined undefined) {
        throw new Failure(undefined.message());
      }
    }
    throw new Failure("'%s' and '%s' have no order".formatted(left.type(), right.type()));
  }

  static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Real || value instanceof Bool;
  }

  private static Optional<Integer> number(Value left, Value right) {
    double a = Arithmetic.toDouble(left);
    double b = Arithmetic.toDouble(right);
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Optional.empty();
    }
    if (Double.isInfinite(a) || Double.isInfinite(b)) {
      return Optional.of(Double.compare(a, b));
    }
    return Optional.of(exact(left).compareTo(exact(right)));
  }

  private static BigDecimal exact(Value number) {
    return number instanceof Real real
        ? new BigDecimal(real.value())
        : new BigDecimal(Arithmetic.toInteger(number));
  }

  private static Optional<Integer> elements(List<Value> left, List<Value> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!Equality.equal(left.get(i), right.get(i))) {
        return compare(left.get(i), right.get(i));
      }
    }
    return Optional.of(Integer.compare(left.size(), right.size()));
  }
}
