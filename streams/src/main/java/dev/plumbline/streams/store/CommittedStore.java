/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on disk that outlives its process, as {@link CommittedRows} says: after a kill only what
 * the changelog has beyond its offset is read back. Without an offset, or damaged, it is given up:
 * Kafka Streams then deletes it and reads all of it back.
 *
 * <p>Used by one thread at a time, as Kafka Streams does.
 */
final class CommittedStore implements KeyValueStore<Bytes, byte[]>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommittedStore.class);

  private final String name;
  private final CommittedStores stores;
  private final InstantSource clock;
  private final MemoryBounds bounds;
  private final Position position = Position.emptyPosition();
  private @Nullable TopicPartition changelog;

  /** Those of this opening; Kafka Streams may delete the folder and open the store again. */
  private @Nullable CommittedRows rows;

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
      rows = CommittedRows.open(folder, clock, bounds);
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

  /** Takes changes from the changelog, where only what is committed is read. */
  void restore(Collection<KeyValue<byte[], byte[]>> records) {
    run(() -> rows.restore(records));
  }

  private static boolean isDamaged(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
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
    return rows != null;
  }

  /** Nobody queries this store from outside, so it doesn't follow the positions of its inputs. */
  @Override
  public Position getPosition() {
    return position;
  }

  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    return rows.committedOffset();
  }

  /** Told by Kafka Streams; no offset at all says that the rows can't be trusted. */
  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    Long offset = offsets.get(changelog());
    if (offset != null) {
      committedThrough(offset);
    } else if (isOpen()) {
      run(rows::beginChange);
    }
  }

  /** All rows that were written are committed, and the changelog has them up to the offset. */
  void committedThrough(long offset) {
    if (isOpen()) {
      run(() -> rows.committedThrough(offset));
    }
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    return call(() -> rows.get(key.get()));
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    run(() -> rows.put(key.get(), value));
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
    return rows.from(from, key -> to == null || key.compareTo(to) <= 0);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return rows.from(null, key -> true);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, S serializer) {
    byte[] start = serializer.serialize(null, prefix);
    return rows.from(
        Bytes.wrap(start),
        key ->
            key.get().length >= start.length
                && Arrays.equals(key.get(), 0, start.length, start, 0, start.length));
  }

  @Override
  public long approximateNumEntries() {
    return call(rows::estimatedRows);
  }

  @Override
  public void close() {
    if (!isOpen()) {
      return;
    }
    stores.closed(this);
    try {
      run(rows::close);
    } finally {
      rows = null;
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
