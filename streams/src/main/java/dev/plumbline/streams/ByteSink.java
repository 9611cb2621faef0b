/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes in the making, read again by {@link ByteSource}. Used by one thread. */
final class ByteSink {
  static final int MAX_TEXT_BYTES = (1 << Short.SIZE) - 1;

  private ByteBuffer bytes;

  /**
   * Nothing written yet.
   *
   * @param expected how many bytes there is room for at first
   */
  ByteSink(int expected) {
    bytes = ByteBuffer.allocate(expected);
  }

  void writeByte(int value) {
    withRoom(Byte.BYTES).put((byte) value);
  }

  void writeBoolean(boolean value) {
    writeByte(value ? 1 : 0);
  }

  void writeInt(int value) {
    withRoom(Integer.BYTES).putInt(value);
  }

  void writeLong(long value) {
    withRoom(Long.BYTES).putLong(value);
  }

  void writeDouble(double value) {
    withRoom(Double.BYTES).putDouble(value);
  }

  /** Writes a number that is not negative in as few bytes as it takes, small ones in one. */
  void writeCount(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count must not be negative, but was " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  /** Writes a text of at most {@link #MAX_TEXT_BYTES} in UTF-8, led by its length. */
  void writeText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "a text in a store must have at most %d bytes, but had %d: %s..."
              .formatted(MAX_TEXT_BYTES, utf8.length, text.substring(0, 100)));
    }
    withRoom(Short.BYTES + utf8.length).putShort((short) utf8.length).put(utf8);
  }

  void write(byte[] data) {
    withRoom(data.length).put(data);
  }

  /** Returns what was written. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private ByteBuffer withRoom(int count) {
    if (count > bytes.remaining()) {
      int capacity = Math.max(Math.addExact(bytes.position(), count), 2 * bytes.capacity());
      bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
    }
    return bytes;
  }
}
