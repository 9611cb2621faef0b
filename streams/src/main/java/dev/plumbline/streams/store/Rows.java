/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** Rows in the order of keys, as they were when they were asked for. To be closed. */
final class Rows implements KeyValueIterator<Bytes, byte[]> {
  private final RocksIterator entries;
  private final Predicate<Bytes> isWithin;

  /** Of the next row; null after the last. */
  private @Nullable Bytes key;

  /**
   * Creates them.
   *
   * @param entries where the first row is, if there is one; closed with these
   * @param isWithin false for the first key that is too far, and for all after it
   */
  Rows(RocksIterator entries, Predicate<Bytes> isWithin) {
    this.entries = entries;
    this.isWithin = isWithin;
    readKey();
  }

  private void readKey() {
    Bytes found = entries.isValid() ? Bytes.wrap(entries.key()) : null;
    key = found != null && isWithin.test(found) ? found : null;
  }

  @Override
  public boolean hasNext() {
    return key != null;
  }

  @Override
  public KeyValue<Bytes, byte[]> next() {
    KeyValue<Bytes, byte[]> row = KeyValue.pair(peekNextKey(), entries.value());
    entries.next();
    readKey();
    return row;
  }

  @Override
  public Bytes peekNextKey() {
    if (key == null) {
      throw new NoSuchElementException("no row is left");
    }
    return key;
  }

  @Override
  public void close() {
    entries.close();
  }
}
