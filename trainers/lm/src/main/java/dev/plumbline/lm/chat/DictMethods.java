/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

import dev.plumbline.lm.chat.Value.Dict;
import dev.plumbline.lm.chat.Value.DictView;
import dev.plumbline.lm.chat.Value.Function;
import java.util.Set;

/** The methods of a dict that read it. */
final class DictMethods {
  private static final Set<String> NAMES = Set.of("items", "keys", "values", "get", "copy");

  private DictMethods() {}

  static boolean has(String name) {
    return NAMES.contains(name);
  }

  static Function method(Dict dict, String name) {
    return new Function(
        name,
        arguments ->
            switch (name) {
              case "items" -> view(dict, DictView.Kind.ITEMS, arguments);
              case "keys" -> view(dict, DictView.Kind.KEYS, arguments);
              case "values" -> view(dict, DictView.Kind.VALUES, arguments);
              case "copy" -> {
                arguments.bind("copy", 0);
                yield dict;
              }
              default -> {
                Arguments.Bound bound = arguments.bind("get", 1, "key", "default");
                yield dict.get(bound.get("key"), bound.get("default"));
              }
            });
  }

  private static DictView view(Dict dict, DictView.Kind kind, Arguments arguments) {
    arguments.bind("a view of a dict", 0);
    return new DictView(kind, dict);
  }
}
