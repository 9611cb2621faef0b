/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.rocksdb.RocksIterator;

/** Rows in the order of keys, as they were when they were asked for. To be closed. */
final class Rows implements KeyValueIterator<Bytes, byte[]> {
  private final RocksIterator entries;
  private final Predicate<Bytes> isWithin;

  /**
   * Creates them.
   *
   * @param entries where the first row is, if there is one; closed with these
   * @param isWithin false for the first key that is too far, and for all after it
   */
  Rows(RocksIterator entries, Predicate<Bytes> isWithin) {
    this.entries = entries;
    this.isWithin = isWithin;
  }

  @Override
  public boolean hasNext() {
    return entries.isValid() && isWithin.test(Bytes.wrap(entries.key()));
  }

  @Override
  public KeyValue<Bytes, byte[]> next() {
    KeyValue<Bytes, byte[]> row = KeyValue.pair(peekNextKey(), entries.value());
    entries.next();
    return row;
  }

  @Override
  public Bytes peekNextKey() {
    if (!hasNext()) {
      throw new NoSuchElementException("no row is left");
    }
    return Bytes.wrap(entries.key());
  }

  @Override
  public void close() {
    entries.close();
  }
}
