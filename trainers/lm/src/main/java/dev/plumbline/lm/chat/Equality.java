/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Bool;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.DictView;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Real;
import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Equality of Python: numbers by value whatever their type, containers by their elements. */
final class Equality {
  private Equality() {}

  static boolean equal(Value left, Value right) {
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return equal(a.items(), b.items());
    }
    if (left instanceof Tuple a && right instanceof Tuple b) {
      return equal(a.items(), b.items());
    }
    if (left instanceof Dict a && right instanceof Dict b) {
      return a.entriesByKey().size() == b.entriesByKey().size()
          && a.entries().stream().allMatch(entry -> holds(b, entry));
    }
    if (left instanceof Undefined && right instanceof Undefined) {
      return true;
    }
    if (left instanceof DictView a && right instanceof DictView b) {
      return a.kind() == b.kind() && equal(Iteration.list(a), Iteration.list(b));
    }
    return scalar(left).equals(scalar(right));
  }

  private static boolean equal(List<Value> left, List<Value> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(Dict dict, Map.Entry<Value, Value> entry) {
    return dict.has(entry.getKey())
        && equal(dict.get(entry.getKey(), Value.None.NONE), entry.getValue());
  }

  /**
   * What stands for a value as a dict key: equal values have equal ones.
   *
   * @throws Failure when the value can't be a key
   */
  static Value hashKey(Value key) {
    return switch (key) {
      case ListValue list -> throw unhashable(key);
      case Dict dict -> throw unhashable(key);
      case Tuple tuple -> new Tuple(tuple.items().stream().map(Equality::hashKey).toList());
      default -> scalar(key);
    };
  }

  private static Failure unhashable(Value key) {
    return new Failure("unhashable type: '%s' can't be a key".formatted(key.type()));
  }

  private static Value scalar(Value value) {
    return switch (value) {
      case Bool bool -> bool.asInt();
      case SafeText text -> new Text(text.value());
      case Real real when isIntegral(real.value()) ->
          new Int(new BigDecimal(real.value()).toBigInteger());
      default -> value;
    };
  }

  private static boolean isIntegral(double value) {
    return !Double.isInfinite(value) && value == Math.rint(value);
  }
}
