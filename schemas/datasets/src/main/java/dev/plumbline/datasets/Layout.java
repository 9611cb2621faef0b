/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one format lays out a row. */
interface Layout {
  /** The names that mean something in this format; a column of any other name is an extra one. */
  List<String> fields();

  /**
   * Reads a row.
   *
   * @throws RowProblem naming the field, its value and what was expected
   */
  Row read(Columns row);

  /**
   * Lays a row out, as plain data.
   *
   * @throws RowProblem naming what the format can't hold
   */
  Map<String, @Nullable Object> write(Row row);
}
