/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

/** The endpoint refuses to be asked like this; the message says what to check. */
public final class EndpointRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EndpointRefusedException(String message) {
    super(message);
  }
}
