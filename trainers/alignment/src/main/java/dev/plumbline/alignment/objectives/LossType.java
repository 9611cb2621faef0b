/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * An objective by its name in settings: TRL's {@code loss_type} where TRL has it.
 *
 * @param name in settings
 * @param parameters that it takes, with their defaults
 * @param maker from the value of each parameter to the objective
 */
public record LossType(
    String name, List<Parameter> parameters, Function<ToDoubleFunction<String>, Objective> maker) {

  /**
   * A number that an objective takes.
   *
   * @param name in settings
   * @param defaultValue what it is when it isn't given
   */
  public record Parameter(String name, double defaultValue) {
    @Override
    public String toString() {
      return "%s (default: %s)".formatted(name, defaultValue);
    }
  }

  public LossType {
    parameters = List.copyOf(parameters);
  }

  /** Whether it takes a parameter of this name. */
  public boolean takes(String parameter) {
    return parameters.stream().anyMatch(p -> p.name().equals(parameter));
  }

  /**
   * Makes the objective.
   *
   * @param given values of some parameters; those of other objectives are ignored here
   * @throws IllegalArgumentException naming the value that is out of its range, or no number
   */
  Objective make(Map<String, String> given) {
    Map<String, Double> values = new TreeMap<>();
    for (Parameter parameter : parameters) {
      String text = given.get(parameter.name());
      values.put(
          parameter.name(),
          text == null ? parameter.defaultValue() : number(parameter.name(), text));
    }
    return maker.apply(values::get);
  }

  static double number(String name, String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number, but was '%s'".formatted(name, text), e);
    }
  }
}
