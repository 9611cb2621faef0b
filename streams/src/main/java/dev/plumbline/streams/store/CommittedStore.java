/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on disk that outlives its process: after a kill it holds exactly the rows of some commit
 * and knows the changelog's offset that belongs to them, so that only what came later is read back.
 *
 * <p>RocksDB keeps new rows in memory, here without a log beside it, and writes all of them to disk
 * at once. This store has that done between transactions: once one is committed and the rows are
 * many or old enough, the offset is put among them and they are written together. Should a
 * transaction have so many rows that RocksDB writes them earlier, the disk also says that the store
 * is open, which is put among the rows before the first one of every transaction; such a store is
 * not trusted, and Kafka Streams deletes it and reads all of it back.
 *
 * <p>Rows that are read back are committed already, and reading one again changes nothing; they
 * need no such care.
 *
 * <p>Used by one thread at a time, as Kafka Streams does.
 */
final class CommittedStore implements KeyValueStore<Bytes, byte[]>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommittedStore.class);

  /**
   * A changelog forgets that a row was removed after a day (Kafka's {@code delete.retention.ms}); a
   * store that is older might keep that row for ever.
   */
  private static final Duration LONGEST_ABSENCE = Duration.ofHours(12);

  /** Few rows are written to disk after so long, too: a minute's are quickly read back. */
  private static final Duration LONGEST_IN_MEMORY = Duration.ofMinutes(1);

  /** Before all rows. Either {@link #OPEN}, or an offset and the time when it was put. */
  private static final byte[] STATUS = {0};

  private static final byte[] OPEN = {};
  private static final byte[] FIRST_ROW = {1};

  private final String name;
  private final CommittedStores stores;
  private final InstantSource clock;
  private final MemoryBounds bounds;
  private final Position position = Position.emptyPosition();
  private @Nullable TopicPartition changelog;
  private @Nullable RowDatabase database;

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

  CommittedStore(String name, CommittedStores stores, InstantSource clock, MemoryBounds bounds) {
    this.name = name;
    this.stores = stores;
    this.clock = clock;
    this.bounds = bounds;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    Path folder = context.stateDir().toPath().resolve("rocksdb").resolve(name);
    try {
      Files.createDirectories(folder);
      open(folder);
    } catch (RocksDBException e) {
      if (isDamaged(e)) {
        log.warn("the store in {} is damaged and will be read back from its changelog", folder, e);
        throw new TaskCorruptedException(Set.of(context.taskId()));
      }
      throw new ProcessorStateException("the store in " + folder + " can't be opened", e);
    } catch (IOException e) {
      throw new ProcessorStateException("the folder " + folder + " can't be made", e);
    }
    changelog =
        CommittedStores.changelogOf(context.applicationId(), name, context.taskId().partition());
    stores.opened(this);
    context.register(root, (BatchingStateRestoreCallback) this::restore);
  }

  private void open(Path folder) throws RocksDBException {
    RowDatabase opened = RowDatabase.open(folder, bounds);
    try {
      readStatus(opened.get(STATUS));
    } catch (RocksDBException e) {
      opened.close();
      throw e;
    }
    database = opened;
  }

  private static boolean isDamaged(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  private void readStatus(byte @Nullable [] status) {
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

  /** Returns the partition of the changelog that holds this store's rows, too. */
  TopicPartition changelog() {
    return Objects.requireNonNull(changelog, "not open");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  /** Deprecated from the start: once every store does, Kafka Streams won't ask any more. */
  @Override
  @SuppressWarnings("deprecation")
  public boolean managesOffsets() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return database != null;
  }

  /** Nobody queries this store from outside, so it doesn't follow the positions of its inputs. */
  @Override
  public Position getPosition() {
    return position;
  }

  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    return committed;
  }

  /** Told by Kafka Streams; no offset at all says that the rows can't be trusted. */
  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    Long offset = offsets.get(changelog());
    if (offset != null) {
      committedThrough(offset);
    } else if (isOpen()) {
      run(this::beginChange);
    }
  }

  /** All rows that were written are committed, and the changelog has them up to the offset. */
  void committedThrough(long offset) {
    if (!isOpen()) {
      return;
    }
    committed = offset;
    isUncommitted = false;
    run(
        () -> {
          if (isChanged && isDue()) {
            putStatus();
            database.flush();
          }
        });
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

  private void beginChange() throws RocksDBException {
    if (!saysOpen) {
      database.put(STATUS, OPEN);
      saysOpen = true;
    }
    isUncommitted = true;
    isChanged = true;
  }

  void restore(Collection<KeyValue<byte[], byte[]>> records) {
    run(
        () -> {
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
        });
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    return call(() -> database.get(key.get()));
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    run(
        () -> {
          beginChange();
          if (value == null) {
            database.delete(key.get());
          } else {
            database.put(key.get(), value);
          }
        });
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    byte[] present = get(key);
    if (present == null) {
      put(key, value);
    }
    return present;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    byte[] present = get(key);
    put(key, null);
    return present;
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(@Nullable Bytes from, @Nullable Bytes to) {
    return rows(from == null ? FIRST_ROW : from.get(), key -> to == null || key.compareTo(to) <= 0);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return rows(FIRST_ROW, key -> true);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, S serializer) {
    byte[] start = serializer.serialize(null, prefix);
    return rows(
        start,
        key ->
            key.get().length >= start.length
                && Arrays.equals(key.get(), 0, start.length, start, 0, start.length));
  }

  private Rows rows(byte[] start, Predicate<Bytes> isWithin) {
    RocksIterator entries = database.iterator();
    entries.seek(start);
    return new Rows(entries, isWithin);
  }

  @Override
  public long approximateNumEntries() {
    return call(() -> database.estimatedRows());
  }

  @Override
  public void close() {
    if (!isOpen()) {
      return;
    }
    stores.closed(this);
    try {
      run(
          () -> {
            if (committed != null && !isUncommitted && isChanged) {
              putStatus();
            }
          });
    } finally {
      database.close();
      database = null;
    }
  }

  private interface Work<T> {
    T run() throws RocksDBException;
  }

  private interface Change {
    void run() throws RocksDBException;
  }

  private <T extends @Nullable Object> T call(Work<T> work) {
    try {
      return work.run();
    } catch (RocksDBException e) {
      throw new ProcessorStateException("the store " + name + " failed", e);
    }
  }

  private void run(Change change) {
    try {
      change.run();
    } catch (RocksDBException e) {
      throw new ProcessorStateException("the store " + name + " failed", e);
    }
  }
}
