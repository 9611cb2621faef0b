/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.datasets;

import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A preference file can't be read any further. The message starts with {@code file:line}. */
public final class DatasetException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  DatasetException(Path file, int line, String problem) {
    this(file, line, problem, null);
  }

  DatasetException(Path file, int line, String problem, @Nullable Throwable cause) {
    super(file.getFileName() + ":" + line + ": " + problem, cause);
  }
}
