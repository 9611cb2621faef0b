/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Generator;
import dev.plumbline.lm.chat.Value.Int;
import dev.plumbline.lm.chat.Value.Tuple;
import dev.plumbline.lm.chat.Value.Undefined;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The filters by name. */
final class Filters {
  /** Computes a filter's result from its subject and arguments. */
  @FunctionalInterface
  interface Filter {
    Value apply(Value subject, Arguments arguments);
  }

  private static final Map<String, Filter> FILTERS = new HashMap<>();

  static {
    FILTERS.put("default", Filters::otherwise);
    FILTERS.put("d", Filters::otherwise);
    FILTERS.put("tojson", JsonText::filter);
    FILTERS.put("items", Filters::items);
    FILTERS.put("length", Filters::length);
    FILTERS.put("count", Filters::length);
    FILTERS.putAll(TextFilters.FILTERS);
    FILTERS.putAll(NumberFilters.FILTERS);
    FILTERS.putAll(SequenceFilters.FILTERS);
  }

  private Filters() {}

  static boolean isKnown(String name) {
    return FILTERS.containsKey(name);
  }

  static Value apply(String name, Value subject, Arguments arguments) {
    Filter filter = FILTERS.get(name);
    if (filter == null) {
      throw new Failure("the filter '%s' is not supported".formatted(name));
    }
    return filter.apply(subject, arguments);
  }

  private static Value otherwise(Value subject, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("default", 0, "default_value", "boolean");
    boolean missing =
        subject instanceof Undefined || (bound.flag("boolean", false) && !subject.truth());
    return missing ? bound.get("default_value", Value.Text.EMPTY) : subject;
  }

  private static Value items(Value subject, Arguments arguments) {
    arguments.bind("items", 0);
    return switch (subject) {
      case Undefined undefined -> new Generator(Collections.emptyIterator());
      case Dict dict ->
          new Generator(
              dict.entries().stream()
                  .<Value>map(entry -> new Tuple(List.of(entry.getKey(), entry.getValue())))
                  .iterator());
      default -> throw new Failure("items needs a dict, but found " + subject.type());
    };
  }

  private static Value length(Value subject, Arguments arguments) {
    arguments.bind("length", 0);
    return Int.of(Iteration.length(subject));
  }
}
