/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

/** How one annotation tool lays out a row of its export. */
interface ExportLayout {
  /**
   * Reads a row.
   *
   * @throws RowProblem naming the field, its value and what was expected
   */
  JudgedRow judged(Columns row);
}
