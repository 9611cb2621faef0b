/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

/** What becomes of a row that can't be read or encoded. */
public enum BadRowPolicy {
  /** The run ends before it begins, naming the row. */
  REFUSE,
  /** The row is left out, named in the log and counted. */
  SKIP
}
