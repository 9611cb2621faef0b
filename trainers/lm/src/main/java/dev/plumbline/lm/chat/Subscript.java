/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Range;
import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** {@code subject[key]} and {@code subject[start:stop:step]}. */
final class Subscript {
  private Subscript() {}

  /** The item, else the attribute of that name, else undefined. */
  static Value item(Value subject, Value key) {
    if (subject instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (subject instanceof Dict dict && isHashable(key) && dict.has(key)) {
      return dict.get(key, Value.None.NONE);
    }
    if (Arithmetic.isInteger(key) && isSequence(subject)) {
      int length = Iteration.length(subject);
      long index = Arithmetic.clamp(key);
      long place = index < 0 ? index + length : index;
      return place >= 0 && place < length
          ? elements(subject).apply((int) place)
          : Attributes.missing(subject, key);
    }
    return PythonText.isText(key)
        ? Attributes.own(subject, PythonText.text(key))
        : Attributes.missing(subject, key);
  }

  private static boolean isHashable(Value key) {
    return !(key instanceof ListValue || key instanceof Dict);
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Text text -> true;
      case SafeText text -> true;
      case ListValue list -> true;
      case Tuple tuple -> true;
      case Range range -> true;
      default -> false;
    };
  }

  private static IntFunction<Value> elements(Value sequence) {
    return switch (sequence) {
      case ListValue list -> list.items()::get;
      case Tuple tuple -> tuple.items()::get;
      case Range range -> range::at;
      default -> {
        String text = PythonText.text(sequence);
        yield index -> new Text(CodePoints.substring(text, index, index + 1));
      }
    };
  }

  /**
   * A part of a sequence by Python's rules: negative bounds count from the end, those outside are
   * moved to the edge, a negative step walks backwards.
   */
  static Value slice(Value subject, Value start, Value stop, Value step) {
    if (subject instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (!isSequence(subject)) {
      return Attributes.missing(subject, new Text("slice"));
    }
    int stride = step == Value.None.NONE ? 1 : bound(step);
    if (stride == 0) {
      throw new Failure("slice step must not be zero");
    }
    int length = Iteration.length(subject);
    int first = edge(start, stride > 0 ? 0 : length - 1, length, stride);
    int end = edge(stop, stride > 0 ? length : -1, length, stride);
    if (stride == 1 && PythonText.isText(subject)) {
      return new Text(CodePoints.substring(PythonText.text(subject), first, Math.max(first, end)));
    }
    IntFunction<Value> elements = elements(subject);
    List<Value> items = new ArrayList<>();
    for (long i = first; stride > 0 ? i < end : i > end; i += stride) {
      items.add(elements.apply((int) i));
    }
    return switch (subject) {
      case Tuple tuple -> new Tuple(items);
      case Range range ->
          new Range(
              range.start() + first * range.step(),
              range.start() + end * range.step(),
              range.step() * stride);
      case ListValue list -> new ListValue(items);
      default -> {
        StringBuilder text = new StringBuilder();
        items.forEach(item -> text.append(PythonText.text(item)));
        yield new Text(text.toString());
      }
    };
  }

  private static int bound(Value bound) {
    if (!Arithmetic.isInteger(bound)) {
      throw new Failure("slice bounds must be integers or None, but one was " + bound.type());
    }
    return Arithmetic.clamp(bound);
  }

  private static int edge(Value bound, int otherwise, int length, int stride) {
    if (bound == Value.None.NONE) {
      return otherwise;
    }
    int index = bound(bound);
    int place = index < 0 ? index + length : index;
    int lowest = stride > 0 ? 0 : -1;
    return Math.clamp(place, lowest, stride > 0 ? length : length - 1);
  }
}
