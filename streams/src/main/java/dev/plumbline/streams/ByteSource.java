/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link ByteSink} wrote, in the same order. All of it throws {@link
 * BufferUnderflowException} where bytes are missing. Used by one thread.
 */
final class ByteSource {
  private final ByteBuffer bytes;

  ByteSource(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /** Returns whether all is read. */
  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  byte readByte() {
    return bytes.get();
  }

  boolean readBoolean() {
    return bytes.get() != 0;
  }

  int readInt() {
    return bytes.getInt();
  }

  long readLong() {
    return bytes.getLong();
  }

  double readDouble() {
    return bytes.getDouble();
  }

  long readCount() {
    long value = 0;
    int shift = 0;
    byte next = bytes.get();
    for (; next < 0; next = bytes.get()) {
      value |= (long) (next & 0x7f) << shift;
      shift += 7;
    }
    return value | (long) next << shift;
  }

  String readText() {
    return new String(read(Short.toUnsignedInt(bytes.getShort())), StandardCharsets.UTF_8);
  }

  byte[] read(int count) {
    if (count < 0 || count > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] data = new byte[count];
    bytes.get(data);
    return data;
  }
}
