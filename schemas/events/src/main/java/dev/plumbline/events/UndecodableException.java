/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** The bytes are no value of the kind expected; says what was found and what was expected. */
public final class UndecodableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with what was found and what was expected. */
  public UndecodableException(String message) {
    super(message);
  }

  /** Creates an exception with what was found and expected, and what revealed it. */
  public UndecodableException(String message, Throwable cause) {
    super(message, cause);
  }
}
