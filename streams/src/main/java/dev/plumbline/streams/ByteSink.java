/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.io.OutputStream;
import java.util.Arrays;

/** Bytes in memory, as they are written one after the other. Without locks: used by one thread. */
final class ByteSink extends OutputStream {
  private byte[] bytes;
  private int length;

  /**
   * Nothing written yet.
   *
   * @param expected how many bytes there is room for at first
   */
  ByteSink(int expected) {
    bytes = new byte[expected];
  }

  @Override
  public void write(int value) {
    makeRoom(1);
    bytes[length++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    makeRoom(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /** Returns what was written. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void makeRoom(int count) {
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
    }
  }
}
