/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A row as a format lays it out: the format's own columns first, then the extra ones. */
final class WrittenRow {
  private final SequencedMap<String, @Nullable Object> columns = new LinkedHashMap<>();

  WrittenRow with(String name, Object value) {
    columns.put(name, value);
    return this;
  }

  /** Adds the tools, where there are any, as a list. */
  WrittenRow withTools(Extras extras) {
    return extras.tools() == null ? this : with("tools", extras.tools());
  }

  /** Adds the tools, where there are any, as JSON text. */
  WrittenRow withToolsText(Extras extras) {
    return extras.tools() == null ? this : with("tools", PlainJson.text(extras.tools()));
  }

  /**
   * Adds the extra columns.
   *
   * @throws RowProblem if one has a name that means something in the format
   */
  SequencedMap<String, @Nullable Object> and(DatasetFormat format, Extras extras) {
    extras
        .columns()
        .forEach(
            (name, value) -> {
              if (format.layout().fields().contains(name)) {
                throw new RowProblem(
                    name,
                    "%s has a field of this name, so the extra column %s can't be kept"
                        .formatted(format, PlainJson.shown(value)),
                    "rename the column first");
              }
              columns.put(name, value);
            });
    return columns;
  }
}
