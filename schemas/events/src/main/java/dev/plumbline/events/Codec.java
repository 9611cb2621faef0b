/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/**
 * Turns values into bytes and back. Safe for use by several threads.
 *
 * @param <T> the values
 */
public interface Codec<T> {
  /** Returns the bytes of {@code value}. */
  byte[] encode(T value);

  /**
   * Returns the value of {@code bytes}.
   *
   * @throws UndecodableException if the bytes are no such value: a matter for dead letters
   * @throws UnknownSchemaException if they were written with a schema this reader does not have:
   *     the reader must stop, since a newer one can read them
   */
  T decode(byte[] bytes);
}
