/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.io.Serial;

/** A model, adapter or tokenizer could not be loaded. The message names the file and the reason. */
public final class ModelLoadException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ModelLoadException(String file, String reason) {
    super(file + ": " + reason);
  }

  public ModelLoadException(String file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
