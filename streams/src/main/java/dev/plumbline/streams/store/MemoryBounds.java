/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

/**
 * How many bytes of new rows a store keeps in memory. What lies between the two is for one
 * transaction.
 *
 * @param written as many are written to disk at the next commit
 * @param most as many are written at once, whatever is committed
 */
record MemoryBounds(long written, long most) {
  static final MemoryBounds DEFAULT = new MemoryBounds(16 << 20, 64 << 20);
}
