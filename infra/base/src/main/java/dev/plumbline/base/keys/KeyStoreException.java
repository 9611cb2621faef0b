/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.keys;

import org.jspecify.annotations.Nullable;

/** Keys can't be read, written or unwrapped; the message says what to do about it. */
public final class KeyStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KeyStoreException(String message) {
    super(message);
  }

  public KeyStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
