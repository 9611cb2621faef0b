/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

/** The lane can't go on from what it found; the message says what, what was expected, and why. */
public final class LaneRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LaneRefusedException(String message) {
    super(message);
  }
}
