/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A row as its file has it, in no format yet.
 *
 * @param line the line or Parquet row it is, from 1
 * @param columns plain data; null where the row can't be read
 * @param problem why it can't be read; null where it can
 */
record RawRow(
    int line, @Nullable Map<String, @Nullable Object> columns, @Nullable RowProblem problem) {

  static RawRow read(int line, Supplier<Map<String, @Nullable Object>> row) {
    try {
      return new RawRow(line, row.get(), null);
    } catch (RowProblem problem) {
      return new RawRow(line, null, problem);
    }
  }
}
