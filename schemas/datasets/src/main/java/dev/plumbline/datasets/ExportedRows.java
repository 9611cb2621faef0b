/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The export of an annotation tool as rows of a preference file; it is read, never written. */
record ExportedRows(DatasetFormat format, ExportLayout export) implements Layout {
  @Override
  public List<String> fields() {
    return List.of();
  }

  @Override
  public Row read(Columns row) {
    return export.judged(row).asRow();
  }

  @Override
  public Map<String, @Nullable Object> write(Row row) {
    throw new IllegalStateException(format + " is read, never written");
  }
}
