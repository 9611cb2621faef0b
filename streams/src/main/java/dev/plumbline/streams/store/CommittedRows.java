/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Rows on disk that outlive their process: after a kill they are exactly those of some commit,
 * beside the changelog's offset that belongs to it.
 *
 * <p>RocksDB keeps new rows in memory, here without a log beside it, and writes all of them to disk
 * at once. This has that done between transactions: once one is committed and the rows are many or
 * old enough, the offset is put among them and they are written together. Should a transaction have
 * so many rows that RocksDB writes them earlier, the disk also says that the rows are open, which
 * is put among them before the first change of every transaction; such rows have no offset.
 *
 * <p>Rows that are read back are committed already, and reading one again changes nothing; they
 * need no such care.
 *
 * <p>Used by one thread at a time.
 */
final class CommittedRows implements AutoCloseable {
  /**
   * A changelog forgets that a row was removed after a day (Kafka's {@code delete.retention.ms});
   * rows that are older might keep that one for ever.
   */
  private static final Duration LONGEST_ABSENCE = Duration.ofHours(12);

  /** Few rows are written to disk after so long, too: a minute's are quickly read back. */
  private static final Duration LONGEST_IN_MEMORY = Duration.ofMinutes(1);

  /** Before all rows. Either {@link #OPEN}, or an offset and the time when it was put. */
  private static final byte[] STATUS = {0};

  private static final byte[] OPEN = {};
  private static final byte[] FIRST_ROW = {1};

  private final RowDatabase database;
  private final InstantSource clock;
  private final MemoryBounds bounds;

  /** Up to where the changelog is in the rows; null where nobody knows. */
  private @Nullable Long committed;

  /** Whether rows were written that no commit has covered. */
  private boolean isUncommitted;

  /** Whether the last status that was put is {@link #OPEN}. */
  private boolean saysOpen;

  /** Whether rows were written or read back since a status with an offset was put. */
  private boolean isChanged;

  /** When that status was put; the first commit is kept at once, so that there is one. */
  private Instant keptAt = Instant.MIN;

  private CommittedRows(
      RowDatabase database, InstantSource clock, MemoryBounds bounds, byte @Nullable [] status) {
    this.database = database;
    this.clock = clock;
    this.bounds = bounds;
    saysOpen = Arrays.equals(OPEN, status);
    if (status != null && !saysOpen) {
      ByteBuffer parts = ByteBuffer.wrap(status);
      long offset = parts.getLong();
      Instant putAt = Instant.ofEpochMilli(parts.getLong());
      if (clock.instant().isBefore(putAt.plus(LONGEST_ABSENCE))) {
        committed = offset;
      }
    }
  }

  static CommittedRows open(Path folder, InstantSource clock, MemoryBounds bounds)
      throws RocksDBException {
    var database = new RowDatabase(folder, bounds);
    try {
      return new CommittedRows(database, clock, bounds, database.get(STATUS));
    } catch (RocksDBException e) {
      database.close();
      throw e;
    }
  }

  /** Returns the last offset of the changelog that the rows reach to; null if nobody knows. */
  @Nullable Long committedOffset() {
    return committed;
  }

  /** All changes are committed, and the changelog has them up to the offset. */
  void committedThrough(long offset) throws RocksDBException {
    committed = offset;
    isUncommitted = false;
    if (isChanged && isDue()) {
      putStatus();
      database.flush();
    }
  }

  private boolean isDue() throws RocksDBException {
    return !clock.instant().isBefore(keptAt.plus(LONGEST_IN_MEMORY))
        || database.bytesInMemory() >= bounds.written();
  }

  private void putStatus() throws RocksDBException {
    keptAt = clock.instant();
    database.put(
        STATUS,
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(committed)
            .putLong(keptAt.toEpochMilli())
            .array());
    saysOpen = false;
    isChanged = false;
  }

  /** From now on, until the next commit, the rows are not those of a commit. */
  void beginChange() throws RocksDBException {
    if (!saysOpen) {
      database.put(STATUS, OPEN);
      saysOpen = true;
    }
    isUncommitted = true;
    isChanged = true;
  }

  void put(byte[] key, byte @Nullable [] value) throws RocksDBException {
    beginChange();
    if (value == null) {
      database.delete(key);
    } else {
      database.put(key, value);
    }
  }

  /** Takes changes from the changelog, where only what is committed is read. */
  void restore(Collection<KeyValue<byte[], byte[]>> records) throws RocksDBException {
    try (var batch = new WriteBatch()) {
      for (KeyValue<byte[], byte[]> record : records) {
        if (record.value == null) {
          batch.delete(record.key);
        } else {
          batch.put(record.key, record.value);
        }
      }
      database.write(batch);
    }
    isChanged = true;
  }

  byte @Nullable [] get(byte[] key) throws RocksDBException {
    return database.get(key);
  }

  /** Returns the rows from a key on, or from the first one, while they are within. */
  Rows from(@Nullable Bytes start, Predicate<Bytes> isWithin) {
    RocksIterator entries = database.iterator();
    entries.seek(start == null ? FIRST_ROW : start.get());
    return new Rows(entries, isWithin);
  }

  long estimatedRows() throws RocksDBException {
    return database.estimatedRows();
  }

  /** Writes everything to disk, with its offset if all of it is committed. */
  @Override
  public void close() throws RocksDBException {
    try (database) {
      if (committed != null && !isUncommitted && isChanged) {
        putStatus();
      }
    }
  }
}
