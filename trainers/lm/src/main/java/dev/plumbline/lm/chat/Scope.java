/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Undefined;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables visible at a place of a template; those assigned inside a scope end with it. */
final class Scope {
  private final Map<String, Value> variables;
  private final @Nullable Scope outer;

  private Scope(Map<String, Value> variables, @Nullable Scope outer) {
    this.variables = variables;
    this.outer = outer;
  }

  static Scope of(Map<String, Value> variables) {
    return new Scope(new HashMap<>(variables), null);
  }

  Scope inner() {
    return new Scope(new HashMap<>(), this);
  }

  Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Undefined("'%s' is undefined".formatted(name));
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }
}
