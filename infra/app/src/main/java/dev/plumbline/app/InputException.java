/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import java.io.Serial;

/** What a command was given can't be used. The message names the file or the option, and why. */
final class InputException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  InputException(String source, String reason) {
    super(source + ": " + reason);
  }
}
