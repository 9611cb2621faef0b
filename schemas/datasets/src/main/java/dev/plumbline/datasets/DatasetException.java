/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A row of a preference file, or all that follows, can't be read or converted. The message is
 * {@code file:line: field: problem; hint: hint}; rows of a Parquet file count as lines.
 */
public final class DatasetException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean endsReading;

  /** One row is at fault; reading can go on with the next one. */
  DatasetException(Path file, long line, RowProblem problem) {
    super(place(file, line) + problem.getMessage());
    this.endsReading = false;
  }

  /** The file can't be read any further. */
  DatasetException(Path file, long line, String problem) {
    this(file, line, problem, null);
  }

  /** The file can't be read any further. */
  DatasetException(Path file, long line, String problem, @Nullable Throwable cause) {
    super(place(file, line) + problem, cause);
    this.endsReading = true;
  }

  /** Returns whether nothing behind it can be read; false where only one row is at fault. */
  public boolean endsReading() {
    return endsReading;
  }

  private static String place(Path file, long line) {
    return file.getFileName() + ":" + line + ": ";
  }
}
