/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One of several tables in one store: the rows whose keys begin with the table's number. A store
 * has a changelog, and every partition that a transaction writes to costs it a marker and a
 * synchronous write; so all tables of a task share one. Keys within a table are never empty. Used
 * by one stream thread.
 */
final class Table {
  private static final Serializer<Bytes> BYTES = Serdes.Bytes().serializer();

  private final KeyValueStore<Bytes, byte[]> store;
  private final Name name;

  /** The tables there are; the number of a table never changes, and 15 had other rows once. */
  enum Name {
    PROMPTS(1),
    COMPLETIONS(2),
    TASKS(3),
    IDENTITIES(4),
    VOTES(5),
    QUESTIONS(6),
    MARKS(7),
    SCORES(8),
    GROUPS(9),
    SEGMENTS(10),
    RETRACTIONS(11),
    CONTRIBUTIONS(12),
    DUE(13),
    CLOCK(14),
    TRUST_WEIGHTS(16),
    TRUST_AWAITING(17),
    TRUST_HEADS(18),
    TRUST_PENDING(19),
    TRUST_LEDGER(20),
    TRUST_STANDINGS(21),
    TRUST_PROGRESS(22),
    TRUST_ANSWERS(23);

    private final byte number;

    Name(int number) {
      this.number = (byte) number;
    }

    /** Returns the key of a row within this table, if a key of the store is of this table. */
    Optional<Bytes> rowKey(byte[] storeKey) {
      return storeKey[0] == number ? Optional.of(withoutNumber(storeKey)) : Optional.empty();
    }

    /** Returns the key that a row of this table has in the store. */
    Bytes storeKey(Bytes rowKey) {
      byte[] row = rowKey.get();
      byte[] whole = new byte[1 + row.length];
      whole[0] = number;
      System.arraycopy(row, 0, whole, 1, row.length);
      return Bytes.wrap(whole);
    }
  }

  Table(KeyValueStore<Bytes, byte[]> store, Name name) {
    this.store = store;
    this.name = name;
  }

  byte @Nullable [] get(Bytes key) {
    return store.get(name.storeKey(key));
  }

  void put(Bytes key, byte[] value) {
    store.put(name.storeKey(key), value);
  }

  /** Returns what was there before, which stays. */
  byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    return store.putIfAbsent(name.storeKey(key), value);
  }

  /** Returns what was there before. */
  byte @Nullable [] delete(Bytes key) {
    return store.delete(name.storeKey(key));
  }

  /** Removes a row, whatever was there. */
  void remove(Bytes key) {
    store.put(name.storeKey(key), null);
  }

  /** Returns the rows from a key on, in the order of keys. */
  Rows from(Bytes key) {
    return new Rows(
        store.range(name.storeKey(key), Bytes.wrap(new byte[] {(byte) (name.number + 1)})));
  }

  /** Returns the rows whose keys start with a prefix, in the order of keys. */
  Rows startingWith(Bytes prefix) {
    return new Rows(store.prefixScan(name.storeKey(prefix), BYTES));
  }

  /** Returns all rows, in the order of keys. */
  Rows all() {
    return new Rows(store.prefixScan(Bytes.wrap(new byte[] {name.number}), BYTES));
  }

  private static Bytes withoutNumber(byte[] storeKey) {
    return Bytes.wrap(Arrays.copyOfRange(storeKey, 1, storeKey.length));
  }

  /** Rows of a table under their keys within it. To be closed. */
  static final class Rows implements KeyValueIterator<Bytes, byte[]> {
    private final KeyValueIterator<Bytes, byte[]> entries;

    private Rows(KeyValueIterator<Bytes, byte[]> entries) {
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      KeyValue<Bytes, byte[]> entry = entries.next();
      return KeyValue.pair(withoutNumber(entry.key.get()), entry.value);
    }

    @Override
    public Bytes peekNextKey() {
      return withoutNumber(entries.peekNextKey().get());
    }

    @Override
    public void close() {
      entries.close();
    }
  }
}
