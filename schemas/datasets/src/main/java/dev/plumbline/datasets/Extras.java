/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a row has besides prompts and completions, kept as plain data (texts, booleans, {@link
 * Long}, {@link Double}, lists, maps).
 *
 * @param tools JSON schemas of the tools that the prompt offers; null where there are none
 * @param columns further columns, such as ids and where the row comes from, in the file's order;
 *     null and absent ones are one
 */
public record Extras(@Nullable List<Object> tools, SequencedMap<String, @Nullable Object> columns) {
  public Extras {
    tools = tools == null ? null : List.copyOf(tools);
    SequencedMap<String, @Nullable Object> kept = new LinkedHashMap<>(columns);
    kept.values().removeIf(value -> value == null);
    columns = Collections.unmodifiableSequencedMap(kept);
  }

  /** Nothing besides. */
  public static Extras none() {
    return new Extras(null, new LinkedHashMap<>());
  }

  /** The same without one column. */
  Extras without(String column) {
    SequencedMap<String, @Nullable Object> kept = new LinkedHashMap<>(columns);
    kept.remove(column);
    return new Extras(tools, kept);
  }

  /** The same with one more column. */
  Extras with(String column, Object value) {
    SequencedMap<String, @Nullable Object> kept = new LinkedHashMap<>(columns);
    kept.put(column, value);
    return new Extras(tools, kept);
  }
}
