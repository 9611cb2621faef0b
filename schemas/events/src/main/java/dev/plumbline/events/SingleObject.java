/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The head of Avro's single-object encoding: C3 01 and the schema's fingerprint. */
final class SingleObject {
  static final int HEADER_BYTES = 10;
  private static final byte[] MARKER = {(byte) 0xC3, 0x01};

  private SingleObject() {}

  static boolean isHead(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == MARKER[0] && bytes[1] == MARKER[1];
  }

  /** The CRC-64-AVRO fingerprint of the schema that the body was written with. */
  static long fingerprint(byte[] bytes) {
    return ByteBuffer.wrap(bytes, MARKER.length, Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }

  static byte[] head(long fingerprint) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MARKER)
        .putLong(fingerprint)
        .array();
  }
}
