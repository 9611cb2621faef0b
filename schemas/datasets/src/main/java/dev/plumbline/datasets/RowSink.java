/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where rows go, whatever contains them. Used by one thread. */
interface RowSink extends AutoCloseable {
  /**
   * Takes a row.
   *
   * @throws RowProblem if the container can't hold it
   */
  void write(Map<String, @Nullable Object> row) throws IOException;

  /** Completes the file. */
  void finish() throws IOException;

  /** Lets go of everything, complete or not. */
  @Override
  void close() throws IOException;
}
