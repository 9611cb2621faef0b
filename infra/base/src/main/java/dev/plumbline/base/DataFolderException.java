/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base;

import org.jspecify.annotations.Nullable;

/** A data folder can't be used; the message names the folder, the reason and the way out. */
public final class DataFolderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DataFolderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
