/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import java.io.Serial;

/**
 * The device asked for can't be used on this machine as it is set up. The message says what was
 * found, what is needed and where it comes from.
 */
public final class DeviceUnavailableException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  DeviceUnavailableException(String message) {
    super(message);
  }

  DeviceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
