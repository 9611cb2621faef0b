/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The stores of one instance of Kafka Streams and the producers that write their changelogs. A
 * producer tells the stores what its transactions have committed, so that a store can be kept
 * although its process was killed; Kafka Streams itself tells them only when a task is closed. Safe
 * for use by any thread.
 */
public final class CommittedStores {
  /** What a changelog is called, after the application and the store. */
  private static final String CHANGELOG = "-changelog";

  private final Map<TopicPartition, CommittedStore> open = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final MemoryBounds bounds;

  /**
   * Creates them, without any.
   *
   * @param clock of this machine
   */
  public CommittedStores(InstantSource clock) {
    this(clock, MemoryBounds.DEFAULT);
  }

  CommittedStores(InstantSource clock, MemoryBounds bounds) {
    this.clock = clock;
    this.bounds = bounds;
  }

  /** Returns what makes the stores of a name, one for each task. Keys must not begin with zero. */
  public KeyValueBytesStoreSupplier supplier(String name) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new CommittedStore(name, CommittedStores.this, clock, bounds);
      }

      @Override
      public String metricsScope() {
        return "rocksdb";
      }
    };
  }

  /** Returns a producer for a stream thread, which commits for the stores, too. */
  public Producer<byte[], byte[]> producer(
      Map<String, Object> config, Serializer<byte[]> valueSerializer) {
    return new CommittingProducer(config, valueSerializer, this);
  }

  static TopicPartition changelogOf(String applicationId, String store, int partition) {
    return new TopicPartition(applicationId + "-" + store + CHANGELOG, partition);
  }

  static boolean isChangelog(String topic) {
    return topic.endsWith(CHANGELOG);
  }

  void opened(CommittedStore store) {
    open.put(store.changelog(), store);
  }

  void closed(CommittedStore store) {
    open.remove(store.changelog(), store);
  }

  /** Tells the store of a changelog, if there is one here. */
  void committed(TopicPartition changelog, long offset) {
    CommittedStore store = open.get(changelog);
    if (store != null) {
      store.committedThrough(offset);
    }
  }
}
