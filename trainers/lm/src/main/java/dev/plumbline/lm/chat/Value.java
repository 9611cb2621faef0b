/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A value of the template language, with the meaning Python gives it. */
sealed interface Value {
  /** The value {@code None}. */
  enum None implements Value {
    NONE
  }

  /** A truth value; counts as the integer 0 or 1 in arithmetic and comparisons. */
  record Bool(boolean value) implements Value {
    static final Bool TRUE = new Bool(true);
    static final Bool FALSE = new Bool(false);

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    Int asInt() {
      return Int.of(value ? 1 : 0);
    }
  }

  /** An integer of any size. */
  record Int(BigInteger value) implements Value {
    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }
  }

  /** A float. */
  record Real(double value) implements Value {}

  /** A string. Its characters are code points, not Java's chars. */
  record Text(String value) implements Value {
    static final Text EMPTY = new Text("");
  }

  /** A string marked by the filters {@code safe} or {@code escape}. */
  record SafeText(String value) implements Value {}

  record ListValue(List<Value> items) implements Value {
    public ListValue {
      items = List.copyOf(items);
    }
  }

  record Tuple(List<Value> items) implements Value {
    public Tuple {
      items = List.copyOf(items);
    }
  }

  /** A progression that {@code range} makes. */
  record Range(long start, long stop, long step) implements Value {
    /** Number of elements; {@code range} makes none with more than an int counts. */
    int size() {
      return Math.toIntExact(count());
    }

    long count() {
      long distance = step > 0 ? stop - start : start - stop;
      long stride = Math.abs(step);
      return distance <= 0 ? 0 : (distance + stride - 1) / stride;
    }

    Int at(int index) {
      return Int.of(start + index * step);
    }
  }

  /** What {@code keys()}, {@code values()} and {@code items()} of a dict return. */
  record DictView(Kind kind, Dict dict) implements Value {
    enum Kind {
      KEYS,
      VALUES,
      ITEMS
    }
  }

  /** A sequence that can be walked once, as many filters return. */
  record Generator(Iterator<Value> items) implements Value {}

  /** What a name, attribute or item that does not exist evaluates to. */
  record Undefined(String message) implements Value {}

  /** The only value that a template may change: {@code set ns.name = value}. */
  record Namespace(Map<String, Value> fields) implements Value {
    public Namespace(Map<String, Value> fields) {
      this.fields = new LinkedHashMap<>(fields);
    }
  }

  /** The variable {@code loop}. */
  record LoopValue(LoopState state) implements Value {}

  /** A macro, a method with its receiver, or a function of the environment. */
  record Function(String name, Body body) implements Value {
    /** What a function computes. */
    @FunctionalInterface
    interface Body {
      Value call(Arguments arguments);
    }
  }

  /** A dict in insertion order; equal numbers (1, 1.0, true) are one key, as in Python. */
  record Dict(Map<Value, Map.Entry<Value, Value>> entriesByKey) implements Value {
    static Dict of(List<Map.Entry<Value, Value>> entries) {
      Map<Value, Map.Entry<Value, Value>> byKey = new LinkedHashMap<>();
      for (Map.Entry<Value, Value> entry : entries) {
        byKey.merge(
            Equality.hashKey(entry.getKey()),
            entry,
            (first, last) -> Map.entry(first.getKey(), last.getValue()));
      }
      return new Dict(byKey);
    }

    List<Map.Entry<Value, Value>> entries() {
      return List.copyOf(entriesByKey.values());
    }

    Value get(Value key, Value otherwise) {
      Map.Entry<Value, Value> entry = entriesByKey.get(Equality.hashKey(key));
      return entry == null ? otherwise : entry.getValue();
    }

    boolean has(Value key) {
      return entriesByKey.containsKey(Equality.hashKey(key));
    }
  }

  /** Whether an {@code if} takes it. */
  default boolean truth() {
    return switch (this) {
      case None none -> false;
      case Undefined undefined -> false;
      case Bool bool -> bool.value;
      case Int integer -> integer.value.signum() != 0;
      case Real real -> real.value != 0;
      case Text text -> !text.value.isEmpty();
      case SafeText text -> !text.value.isEmpty();
      case ListValue list -> !list.items.isEmpty();
      case Tuple tuple -> !tuple.items.isEmpty();
      case Range range -> range.size() > 0;
      case Dict dict -> !dict.entriesByKey.isEmpty();
      case DictView view -> !view.dict.entriesByKey.isEmpty();
      case LoopValue loop -> loop.state.size() > 0;
      case Generator generator -> true;
      case Namespace namespace -> true;
      case Function function -> true;
    };
  }

  /** Python's name of the type. */
  default String type() {
    return switch (this) {
      case None none -> "NoneType";
      case Undefined undefined -> "Undefined";
      case Bool bool -> "bool";
      case Int integer -> "int";
      case Real real -> "float";
      case Text text -> "str";
      case SafeText text -> "Markup";
      case ListValue list -> "list";
      case Tuple tuple -> "tuple";
      case Range range -> "range";
      case Dict dict -> "dict";
      case DictView view -> "dict_" + view.kind.name().toLowerCase(Locale.ROOT);
      case LoopValue loop -> "LoopContext";
      case Generator generator -> "generator";
      case Namespace namespace -> "Namespace";
      case Function function -> "function";
    };
  }
}
