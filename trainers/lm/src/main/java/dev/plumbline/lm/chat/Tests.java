/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Range;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** What may stand behind {@code is}. */
final class Tests {
  private static final Map<String, Predicate<Value>> OF_VALUE =
      Map.ofEntries(
          Map.entry("defined", value -> !(value instanceof Undefined)),
          Map.entry("undefined", value -> value instanceof Undefined),
          Map.entry("none", value -> value == Value.None.NONE),
          Map.entry("boolean", value -> value instanceof Bool),
          Map.entry("true", value -> value instanceof Bool bool && bool.value()),
          Map.entry("false", value -> value instanceof Bool bool && !bool.value()),
          Map.entry("integer", value -> value instanceof Int),
          Map.entry("float", value -> value instanceof Real),
          Map.entry("number", Ordering::isNumber),
          Map.entry("string", PythonText::isText),
          Map.entry("mapping", value -> value instanceof Dict),
          Map.entry("sequence", Tests::isSequence),
          Map.entry("iterable", Iteration::isIterable),
          Map.entry("callable", value -> value instanceof Value.Function),
          Map.entry("odd", value -> remainder(value, Int.of(2)).equals(BigInteger.ONE)),
          Map.entry("even", value -> remainder(value, Int.of(2)).signum() == 0),
          Map.entry("lower", value -> TextMethods.isLower(Representation.str(value))),
          Map.entry("upper", value -> TextMethods.isUpper(Representation.str(value))));

  private static final Map<String, BiPredicate<Value, Value>> OF_TWO =
      Map.ofEntries(
          Map.entry("eq", Equality::equal),
          Map.entry("equalto", Equality::equal),
          Map.entry("==", Equality::equal),
          Map.entry("ne", (a, b) -> !Equality.equal(a, b)),
          Map.entry("!=", (a, b) -> !Equality.equal(a, b)),
          Map.entry("lt", Tests::less),
          Map.entry("lessthan", Tests::less),
          Map.entry("<", Tests::less),
          Map.entry("le", Tests::lessOrEqual),
          Map.entry("<=", Tests::lessOrEqual),
          Map.entry("gt", Tests::greater),
          Map.entry("greaterthan", Tests::greater),
          Map.entry(">", Tests::greater),
          Map.entry("ge", Tests::greaterOrEqual),
          Map.entry(">=", Tests::greaterOrEqual),
          Map.entry("in", (element, container) -> Iteration.contains(container, element)),
          Map.entry("divisibleby", (value, by) -> remainder(value, by).signum() == 0),
          Map.entry("sameas", Tests::same));

  private Tests() {}

  static boolean isKnown(String name) {
    return OF_VALUE.containsKey(name) || OF_TWO.containsKey(name);
  }

  static boolean test(String name, Value subject, Arguments arguments) {
    Predicate<Value> predicate = OF_VALUE.get(name);
    if (predicate != null) {
      arguments.bind("the test " + name, 0);
      return predicate.test(subject);
    }
    BiPredicate<Value, Value> pair = OF_TWO.get(name);
    if (pair == null) {
      throw new Failure("the test '%s' is not supported".formatted(name));
    }
    return pair.test(subject, arguments.bind("the test " + name, 1, "other").get("other"));
  }

  static boolean less(Value left, Value right) {
    return Ordering.compare(left, right).filter(order -> order < 0).isPresent();
  }

  static boolean lessOrEqual(Value left, Value right) {
    return Ordering.compare(left, right).filter(order -> order <= 0).isPresent();
  }

  static boolean greater(Value left, Value right) {
    return Ordering.compare(left, right).filter(order -> order > 0).isPresent();
  }

  static boolean greaterOrEqual(Value left, Value right) {
    return Ordering.compare(left, right).filter(order -> order >= 0).isPresent();
  }

  static boolean isSequence(Value value) {
    return switch (value) {
      case ListValue list -> true;
      case Tuple tuple -> true;
      case Range range -> true;
      case Dict dict -> true;
      case Undefined undefined -> true;
      default -> PythonText.isText(value);
    };
  }

  private static BigInteger remainder(Value value, Value by) {
    return Arithmetic.toInteger(
        Arithmetic.apply(Expression.ArithmeticOperator.REMAINDER, value, by));
  }

  // Python's identity, as far as it does not depend on how an interpreter shares its objects.
  @SuppressWarnings("ReferenceEquality")
  private static boolean same(Value left, Value right) {
    return left == right
        || (left.getClass() == right.getClass()
            && !(left instanceof ListValue || left instanceof Dict || left instanceof Tuple)
            && Equality.equal(left, right));
  }
}
