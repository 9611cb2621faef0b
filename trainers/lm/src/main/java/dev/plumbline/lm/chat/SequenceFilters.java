/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Expression.ArithmeticOperator;
import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Generator;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.ListValue;
import dev.plumbline.lm.chat.Value.Text;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters on the elements of their subject. */
final class SequenceFilters {
  static final Map<String, Filters.Filter> FILTERS =
      Map.ofEntries(
          Map.entry("list", SequenceFilters::list),
          Map.entry("first", SequenceFilters::first),
          Map.entry("last", SequenceFilters::last),
          Map.entry("join", SequenceFilters::join),
          Map.entry("reverse", SequenceFilters::reverse),
          Map.entry("sort", SequenceFilters::sort),
          Map.entry("unique", SequenceFilters::unique),
          Map.entry("dictsort", SequenceFilters::dictsort),
          Map.entry("map", SequenceFilters::map),
          Map.entry("select", (s, a) -> select(s, a, true)),
          Map.entry("reject", (s, a) -> select(s, a, false)),
          Map.entry("selectattr", (s, a) -> selectByAttribute(s, a, true)),
          Map.entry("rejectattr", (s, a) -> selectByAttribute(s, a, false)),
          Map.entry("sum", SequenceFilters::sum),
          Map.entry("min", (s, a) -> extreme("min", s, a)),
          Map.entry("max", (s, a) -> extreme("max", s, a)),
          Map.entry("batch", SequenceFilters::batch));

  private SequenceFilters() {}

  private static Value list(Value subject, Arguments arguments) {
    arguments.bind("list", 0);
    return new ListValue(Iteration.list(subject));
  }

  private static Value first(Value subject, Arguments arguments) {
    arguments.bind("first", 0);
    Iterator<Value> items = Iteration.iterate(subject);
    return items.hasNext() ? items.next() : new Undefined("No first item, sequence was empty.");
  }

  private static Value last(Value subject, Arguments arguments) {
    arguments.bind("last", 0);
    if (subject instanceof Generator) {
      throw new Failure("last needs a sequence, but found " + subject.type());
    }
    List<Value> items = Iteration.list(subject);
    return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
  }

  private static Value join(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("join", 0, "d", "attribute");
    UnaryOperator<Value> attribute = attribute(bound.get("attribute"), Value.None.NONE);
    String separator = Representation.str(bound.get("d", Text.EMPTY));
    List<String> parts =
        Iteration.list(subject).stream().map(attribute).map(Representation::str).toList();
    long length = (long) separator.length() * parts.size();
    for (String part : parts) {
      length += part.length();
    }
    PythonText.checkLength(length);
    return new Text(String.join(separator, parts));
  }

  private static Value reverse(Value subject, Arguments arguments) {
    arguments.bind("reverse", 0);
    if (PythonText.isText(subject)) {
      return new Text(PythonText.reverse(PythonText.text(subject)));
    }
    List<Value> items = Iteration.list(subject);
    Collections.reverse(items);
    return subject instanceof Generator ? new ListValue(items) : new Generator(items.iterator());
  }

  /**
   * What a filter's argument {@code attribute} looks up: a path of names and indices with dots.
   *
   * @param otherwise stands for what is undefined, unless None
   */
  private static UnaryOperator<Value> attribute(Value path, Value otherwise) {
    if (path == Value.None.NONE) {
      return UnaryOperator.identity();
    }
    List<Value> steps = new ArrayList<>();
    if (PythonText.isText(path)) {
      for (String step : PythonText.text(path).split("\\.", -1)) {
        boolean index =
            !step.isEmpty() && step.length() < 10 && step.chars().allMatch(Character::isDigit);
        steps.add(index ? Int.of(Integer.parseInt(step)) : new Text(step));
      }
    } else {
      steps.add(path);
    }
    return item -> {
      Value value = item;
      for (Value step : steps) {
        value = Subscript.item(value, step);
        if (otherwise != Value.None.NONE && value instanceof Undefined) {
          value = otherwise;
        }
      }
      return value;
    };
  }

  private static Value foldedCase(Value value) {
    return PythonText.isText(value) ? new Text(PythonText.lower(PythonText.text(value))) : value;
  }

  private static UnaryOperator<Value> key(Arguments.Bound bound, Value attribute) {
    UnaryOperator<Value> lookup = attribute(attribute, Value.None.NONE);
    return bound.flag("case_sensitive", false) ? lookup : item -> foldedCase(lookup.apply(item));
  }

  private static int compare(Value left, Value right) {
    return Ordering.compare(left, right).orElse(0);
  }

  private static Value sort(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    List<UnaryOperator<Value>> keys = new ArrayList<>();
    if (bound.get("attribute") instanceof Text attributes) {
      for (String attribute : attributes.value().split(",", -1)) {
        keys.add(key(bound, new Text(attribute)));
      }
    } else {
      keys.add(key(bound, bound.get("attribute")));
    }
    return new ListValue(sorted(Iteration.list(subject), keys, bound.flag("reverse", false)));
  }

  private static List<Value> sorted(
      List<Value> items, List<UnaryOperator<Value>> keys, boolean reverse) {
    Comparator<Value> order =
        (a, b) -> {
          int result = 0;
          for (int i = 0; i < keys.size() && result == 0; i++) {
            result = compare(keys.get(i).apply(a), keys.get(i).apply(b));
          }
          return result;
        };
    List<Value> sorted = new ArrayList<>(items);
    sorted.sort(reverse ? order.reversed() : order);
    return sorted;
  }

  private static Value unique(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("unique", 0, "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(bound, bound.get("attribute"));
    Set<Value> seen = new HashSet<>();
    List<Value> items = Iteration.list(subject);
    items.removeIf(item -> !seen.add(Equality.hashKey(key.apply(item))));
    return new Generator(items.iterator());
  }

  private static Value dictsort(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    if (!(subject instanceof Dict dict)) {
      throw new Failure("dictsort needs a dict, but found " + subject.type());
    }
    String by = bound.has("by") ? bound.text("by") : "key";
    if (!by.equals("key") && !by.equals("value")) {
      throw new Failure("dictsort sorts by 'key' or 'value', but by was '%s'".formatted(by));
    }
    UnaryOperator<Value> key = key(bound, Int.of(by.equals("key") ? 0 : 1));
    List<Value> items = Iteration.list(new Value.DictView(Value.DictView.Kind.ITEMS, dict));
    return new ListValue(sorted(items, List.of(key), bound.flag("reverse", false)));
  }

  private static Value map(Value subject, Arguments arguments) {
    UnaryOperator<Value> operation;
    if (arguments.positional().isEmpty()) {
      Arguments.Bound bound = arguments.bind("map", 0, "attribute", "default");
      if (!bound.has("attribute")) {
        throw new Failure("map needs an attribute or a filter");
      }
      operation = attribute(bound.get("attribute"), bound.get("default"));
    } else {
      String filter = PythonText.text(arguments.positional().getFirst());
      Arguments rest = arguments.dropping(1);
      operation = item -> Filters.apply(filter, item, rest);
    }
    return new Generator(Iteration.list(subject).stream().map(operation).iterator());
  }

  private static Value select(Value subject, Arguments arguments, boolean wanted) {
    return filtered(subject, test(arguments, 0), wanted);
  }

  private static Value selectByAttribute(Value subject, Arguments arguments, boolean wanted) {
    if (arguments.positional().isEmpty()) {
      throw new Failure("selectattr and rejectattr need an attribute");
    }
    UnaryOperator<Value> attribute = attribute(arguments.positional().getFirst(), Value.None.NONE);
    Predicate<Value> test = test(arguments, 1);
    return filtered(subject, item -> test.test(attribute.apply(item)), wanted);
  }

  private static Predicate<Value> test(Arguments arguments, int place) {
    if (arguments.positional().size() == place) {
      return Value::truth;
    }
    String name = PythonText.text(arguments.positional().get(place));
    Arguments rest = arguments.dropping(place + 1);
    return value -> Tests.test(name, value, rest);
  }

  private static Generator filtered(Value subject, Predicate<Value> test, boolean wanted) {
    List<Value> items = Iteration.list(subject);
    return new Generator(items.stream().filter(item -> test.test(item) == wanted).iterator());
  }

  private static Value sum(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sum", 0, "attribute", "start");
    UnaryOperator<Value> attribute = attribute(bound.get("attribute"), Value.None.NONE);
    Value sum = bound.get("start", Int.of(0));
    if (PythonText.isText(sum)) {
      throw new Failure("sum can't add strings");
    }
    for (Value item : Iteration.list(subject)) {
      sum = Arithmetic.apply(ArithmeticOperator.ADD, sum, attribute.apply(item));
    }
    return sum;
  }

  private static Value extreme(String name, Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(name, 0, "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(bound, bound.get("attribute"));
    List<Value> items = Iteration.list(subject);
    if (items.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Value best = items.getFirst();
    for (Value item : items) {
      int order = compare(key.apply(item), key.apply(best));
      best = name.equals("min") ? (order < 0 ? item : best) : (order > 0 ? item : best);
    }
    return best;
  }

  private static Value batch(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("batch", 1, "linecount", "fill_with");
    int size = bound.integer("linecount", 1);
    if (size < 1) {
      throw new Failure("linecount of batch must be at least 1, but was " + size);
    }
    List<Value> items = Iteration.list(subject);
    List<Value> batches = new ArrayList<>();
    for (int start = 0; start < items.size(); start += size) {
      List<Value> batch =
          new ArrayList<>(items.subList(start, Math.min(items.size(), start + size)));
      while (!bound.isNone("fill_with") && batch.size() < size) {
        batch.add(bound.get("fill_with"));
      }
      batches.add(new ListValue(batch));
    }
    return new Generator(batches.iterator());
  }
}
