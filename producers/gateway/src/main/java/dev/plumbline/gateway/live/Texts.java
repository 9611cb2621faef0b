/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest readable texts by id, up to a number of characters. Owned by {@link LiveView}. */
final class Texts {
  private final Map<String, String> byId = new LinkedHashMap<>();
  private final int maxChars;
  private int chars;

  Texts(int maxChars) {
    this.maxChars = maxChars;
  }

  void put(String id, Text text) {
    if (!(text instanceof Text.Plain(String plain)) || byId.containsKey(id)) {
      return;
    }
    byId.put(id, plain);
    chars += plain.length();
    var oldest = byId.values().iterator();
    while (chars > maxChars) {
      chars -= oldest.next().length();
      oldest.remove();
    }
  }

  /** Returns the text, or null where it is sealed, unknown or too old. */
  @Nullable String get(String id) {
    return byId.get(id);
  }
}
