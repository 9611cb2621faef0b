/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.Function;
import dev.plumbline.lm.chat.Value.Namespace;
import dev.plumbline.lm.chat.Value.Range;
import dev.plumbline.lm.chat.Value.Text;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions of the environment. */
final class Functions {
  static final Set<String> NAMES =
      Set.of("range", "dict", "namespace", "raise_exception", "strftime_now");

  // The limit of Jinja's sandbox.
  private static final int MAX_RANGE = 100_000;

  private Functions() {}

  static Map<String, Value> of(Clock clock) {
    return Map.of(
        "range", new Function("range", Functions::range),
        "dict", new Function("dict", Functions::dict),
        "namespace", new Function("namespace", Functions::namespace),
        "raise_exception", new Function("raise_exception", Functions::raise),
        "strftime_now", new Function("strftime_now", arguments -> now(clock, arguments)));
  }

  private static Value range(Arguments arguments) {
    if (!arguments.named().isEmpty()) {
      throw new Failure("range takes no arguments by name");
    }
    Arguments.Bound bound = arguments.bind("range", 1, "start", "stop", "step");
    int first = bound.integer("start", 0);
    boolean onlyStop = !bound.has("stop");
    int step = bound.integer("step", 1);
    if (step == 0) {
      throw new Failure("the step of range must not be 0");
    }
    Range range =
        new Range(onlyStop ? 0 : first, onlyStop ? first : bound.integer("stop", 0), step);
    if (range.count() > MAX_RANGE) {
      throw new Failure(
          "a range may have %d elements, but this one has %d".formatted(MAX_RANGE, range.count()));
    }
    return range;
  }

  private static Value dict(Arguments arguments) {
    return dict("dict", arguments);
  }

  private static Dict dict(String function, Arguments arguments) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>();
    if (!arguments.positional().isEmpty()) {
      Value source = arguments.positional().getFirst();
      new Arguments(arguments.positional(), Map.of()).bind(function, 0, "source");
      if (source instanceof Dict dict) {
        entries.addAll(dict.entries());
      } else {
        Iteration.iterate(source).forEachRemaining(pair -> entries.add(entry(pair)));
      }
    }
    arguments.named().forEach((name, value) -> entries.add(Map.entry(new Text(name), value)));
    return Dict.of(entries);
  }

  static Dict dict(Map<String, Value> named) {
    return dict("dict", new Arguments(List.of(), named));
  }

  private static Map.Entry<Value, Value> entry(Value pair) {
    List<Value> parts = Iteration.list(pair);
    if (parts.size() != 2) {
      throw new Failure("a dict is made of pairs, but found %d values".formatted(parts.size()));
    }
    return Map.entry(parts.get(0), parts.get(1));
  }

  private static Value namespace(Arguments arguments) {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (Map.Entry<Value, Value> entry : dict("namespace", arguments).entries()) {
      fields.put(fieldName(Representation.str(entry.getKey())), entry.getValue());
    }
    return new Namespace(fields);
  }

  /** The name of a namespace's field, checked. */
  static String fieldName(String name) {
    if (name.startsWith("_")) {
      throw new Failure(
          "a field of a namespace must not begin with an underscore, but was '%s'".formatted(name));
    }
    return name;
  }

  private static Value raise(Arguments arguments) {
    Value message = arguments.bind("raise_exception", 1, "message").get("message");
    throw new Failure(Representation.str(message));
  }

  private static Value now(Clock clock, Arguments arguments) {
    String format = arguments.bind("strftime_now", 1, "format").text("format");
    return new Text(DateFormat.format(format, ZonedDateTime.now(clock)));
  }
}
