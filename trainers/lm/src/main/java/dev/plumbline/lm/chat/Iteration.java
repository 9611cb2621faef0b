/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.DictView;
import dev.plumbline.lm.chat.Value.Generator;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.LoopValue;
import dev.plumbline.lm.chat.Value.Range;
import dev.plumbline.lm.chat.Value.SafeText;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What can be walked, counted and searched. */
final class Iteration {
  private Iteration() {}

  static boolean isIterable(Value value) {
    return switch (value) {
      case Value.None none -> false;
      case Value.Bool bool -> false;
      case Value.Int integer -> false;
      case Value.Real real -> false;
      case Value.Namespace namespace -> false;
      case Value.Function function -> false;
      default -> true;
    };
  }

  /**
   * The elements; those of a generator are used up.
   *
   * @throws Failure when the value has none
   */
  static Iterator<Value> iterate(Value value) {
    return switch (value) {
      case Generator generator -> generator.items();
      case Undefined undefined -> Collections.emptyIterator();
      case Text text -> characters(text.value());
      case SafeText text -> characters(text.value());
      case ListValue list -> list.items().iterator();
      case Tuple tuple -> tuple.items().iterator();
      case Range range -> IntStream.range(0, range.size()).<Value>mapToObj(range::at).iterator();
      case Dict dict -> dict.entries().stream().map(Map.Entry::getKey).iterator();
      case DictView view -> view.dict().entries().stream().map(e -> element(view, e)).iterator();
      case LoopValue loop -> throw new Failure("'loop' can't be iterated");
      case Value.None none -> throw notIterable(value);
      case Value.Bool bool -> throw notIterable(value);
      case Value.Int integer -> throw notIterable(value);
      case Value.Real real -> throw notIterable(value);
      case Value.Namespace namespace -> throw notIterable(value);
      case Value.Function function -> throw notIterable(value);
    };
  }

  private static Failure notIterable(Value value) {
    return new Failure("'%s' object is not iterable".formatted(value.type()));
  }

  private static Iterator<Value> characters(String text) {
    return text.codePoints().<Value>mapToObj(c -> new Text(Character.toString(c))).iterator();
  }

  private static Value element(DictView view, Map.Entry<Value, Value> entry) {
    return switch (view.kind()) {
      case KEYS -> entry.getKey();
      case VALUES -> entry.getValue();
      case ITEMS -> new Tuple(List.of(entry.getKey(), entry.getValue()));
    };
  }

  static List<Value> list(Value value) {
    List<Value> list = new ArrayList<>();
    iterate(value).forEachRemaining(list::add);
    return list;
  }

  /**
   * Number of elements.
   *
   * @throws Failure when the value has no length
   */
  static int length(Value value) {
    return switch (value) {
      case Undefined undefined -> 0;
      case Text text -> CodePoints.length(text.value());
      case SafeText text -> CodePoints.length(text.value());
      case ListValue list -> list.items().size();
      case Tuple tuple -> tuple.items().size();
      case Range range -> range.size();
      case Dict dict -> dict.entriesByKey().size();
      case DictView view -> view.dict().entriesByKey().size();
      case LoopValue loop -> loop.state().size();
      default -> throw new Failure("object of type '%s' has no len()".formatted(value.type()));
    };
  }

  /** The operator {@code in}. */
  static boolean contains(Value container, Value element) {
    return switch (container) {
      case Text text -> containsText(text.value(), element);
      case SafeText text -> containsText(text.value(), element);
      case Dict dict -> dict.has(element);
      case Range range when !(element instanceof Int) && !Ordering.isNumber(element) -> false;
      default -> search(iterate(container), element);
    };
  }

  private static boolean containsText(String text, Value part) {
    if (!PythonText.isText(part)) {
      throw new Failure("'in <string>' requires string as left operand, not " + part.type());
    }
    return text.contains(PythonText.text(part));
  }

  private static boolean search(Iterator<Value> items, Value element) {
    while (items.hasNext()) {
      if (Equality.equal(items.next(), element)) {
        return true;
      }
    }
    return false;
  }
}
