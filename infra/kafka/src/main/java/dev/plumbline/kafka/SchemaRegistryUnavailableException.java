/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import java.io.Serial;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** The schema registry can't be asked now; it may be again later. */
public final class SchemaRegistryUnavailableException extends RetriableException {
  @Serial private static final long serialVersionUID = 1L;

  SchemaRegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
