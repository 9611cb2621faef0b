/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a function, filter or test is called with. */
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  Arguments {
    positional = List.copyOf(positional);
    named = new LinkedHashMap<>(named);
  }

  static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  Arguments with(String name, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new Arguments(positional, more);
  }

  /** These arguments without the first positional ones. */
  Arguments dropping(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /**
   * Arguments under their parameters' names.
   *
   * @param function for the messages
   * @param required how many of the parameters have no default
   * @throws Failure when one is missing, given twice, or there are more than parameters
   */
  Bound bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Failure(
          "%s takes at most %d arguments, but was given %d"
              .formatted(function, parameters.length, positional.size()));
    }
    Map<String, Value> values = new HashMap<>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    List<String> known = List.of(parameters);
    for (Map.Entry<String, Value> argument : named.entrySet()) {
      if (!known.contains(argument.getKey())) {
        throw new Failure("%s has no argument '%s'".formatted(function, argument.getKey()));
      }
      if (values.put(argument.getKey(), argument.getValue()) != null) {
        throw new Failure(
            "%s was given the argument '%s' twice".formatted(function, argument.getKey()));
      }
    }
    List<String> missing = new ArrayList<>(known.subList(0, required));
    missing.removeAll(values.keySet());
    if (!missing.isEmpty()) {
      throw new Failure("%s misses its argument '%s'".formatted(function, missing.getFirst()));
    }
    return new Bound(function, values);
  }

  /** Arguments by the name of their parameter. */
  record Bound(String function, Map<String, Value> values) {
    boolean has(String parameter) {
      return values.containsKey(parameter);
    }

    Value get(String parameter, Value otherwise) {
      return values.getOrDefault(parameter, otherwise);
    }

    Value get(String parameter) {
      return get(parameter, Value.None.NONE);
    }

    boolean flag(String parameter, boolean otherwise) {
      return get(parameter, Value.Bool.of(otherwise)).truth();
    }

    boolean isNone(String parameter) {
      return get(parameter) == Value.None.NONE;
    }

    int integer(String parameter, int otherwise) {
      Value value = get(parameter, Value.Int.of(otherwise));
      if (!Arithmetic.isInteger(value)) {
        throw new Failure(
            "the argument '%s' of %s must be an integer, but was of type %s"
                .formatted(parameter, function, value.type()));
      }
      return Arithmetic.clamp(value);
    }

    String text(String parameter) {
      Value value = get(parameter);
      if (!PythonText.isText(value)) {
        throw new Failure(
            "the argument '%s' of %s must be a string, but was of type %s"
                .formatted(parameter, function, value.type()));
      }
      return PythonText.text(value);
    }
  }
}
