/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import java.io.Serial;
import org.apache.kafka.common.KafkaException;

/** The schema registry refuses a schema or a user, or answers what no registry answers. */
public final class SchemaRegistryException extends KafkaException {
  @Serial private static final long serialVersionUID = 1L;

  SchemaRegistryException(String message) {
    super(message);
  }
}
