/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.util.Optional;

/** The rows of a file, one at a time, whatever contains them. Used by one thread. */
interface RowSource extends AutoCloseable {
  /**
   * Returns the next row, or empty after the last one.
   *
   * @throws DatasetException if nothing more can be read
   */
  Optional<RawRow> next();

  @Override
  void close();
}
