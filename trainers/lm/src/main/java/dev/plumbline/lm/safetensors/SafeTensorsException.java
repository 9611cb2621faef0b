/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.safetensors;

import java.io.Serial;

/**
 * Bytes that are not a well-formed safetensors file. The message says what is wrong and what was
 * expected.
 */
public final class SafeTensorsException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  SafeTensorsException(String message) {
    super(message);
  }

  SafeTensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
