/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command was given can't be used. The message names the file or the option, and why. */
public final class InputException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * @param source the file, with the line where there is one, or the option
   * @param reason what was wrong and what was expected
   */
  public InputException(String source, String reason) {
    super(source + ": " + reason);
  }

  /**
   * Refuses a file that isn't there.
   *
   * @param option that named it
   */
  public static void requireFile(String option, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(option, file + ": there is no such file");
    }
  }
}
