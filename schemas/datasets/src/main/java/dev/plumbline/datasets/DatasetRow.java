/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

/** What one line of a preference file gives. */
public sealed interface DatasetRow permits PreferenceRow, SkippedRow {
  /** Returns the row's id: its own where the file has one, else {@code line-} and its number. */
  String id();

  /** Returns the line it stands on, counted from 1. */
  int line();
}
