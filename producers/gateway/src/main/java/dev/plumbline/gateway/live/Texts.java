/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.Text;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The newest readable texts by id, up to a number of characters. Owned by {@link LiveView}. */
final class Texts {
  private final Map<String, Kept> byId = new LinkedHashMap<>();
  private final int maxChars;
  private int chars;

  Texts(int maxChars) {
    this.maxChars = maxChars;
  }

  /** A text, and whose it is. */
  private record Kept(String text, @Nullable String subject) {}

  void put(String id, Text text, @Nullable String subject) {
    if (!(text instanceof Text.Plain(String plain)) || byId.containsKey(id)) {
      return;
    }
    byId.put(id, new Kept(plain, subject));
    chars += plain.length();
    var oldest = byId.values().iterator();
    while (chars > maxChars) {
      chars -= oldest.next().text().length();
      oldest.remove();
    }
  }

  /** Returns the text, or null where it is sealed, unknown or too old. */
  @Nullable String get(String id) {
    @Nullable Kept kept = byId.get(id);
    return kept == null ? null : kept.text();
  }

  /** Drops what is a subject's and returns the ids it had. */
  Set<String> forget(String subject) {
    Set<String> ids = new HashSet<>();
    byId.forEach(
        (id, kept) -> {
          if (subject.equals(kept.subject())) {
            ids.add(id);
            chars -= kept.text().length();
          }
        });
    byId.keySet().removeAll(ids);
    return ids;
  }
}
