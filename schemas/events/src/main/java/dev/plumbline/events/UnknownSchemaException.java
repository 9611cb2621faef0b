/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** A record was written with a schema that this version of Plumbline does not know. */
public final class UnknownSchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception for the given CRC-64-AVRO fingerprint. */
  public UnknownSchemaException(long fingerprint) {
    super(
        "the record's schema fingerprint %016x is not among the known schemas; upgrade this reader to a version that knows it"
            .formatted(fingerprint));
  }

  /** Creates an exception that says which schema it is and what keeps this reader from reading. */
  public UnknownSchemaException(String message) {
    super(message);
  }
}
