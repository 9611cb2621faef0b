/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import java.io.Serial;

/** A row can't be learned from: {@code field: problem; hint: what would be right}. */
final class BadRowException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  BadRowException(String message) {
    super(message);
  }
}
