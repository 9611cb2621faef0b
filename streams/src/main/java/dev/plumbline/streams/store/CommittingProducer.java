/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The producer of a stream thread, which tells stores when the transaction with their changes is
 * committed: by the thread that commits, and so before it changes anything again.
 */
final class CommittingProducer extends KafkaProducer<byte[], byte[]> {
  private final CommittedStores stores;

  /** The last offset of each changelog in this transaction; set by the producer's own thread. */
  private final Map<TopicPartition, Long> written = new ConcurrentHashMap<>();

  CommittingProducer(
      Map<String, Object> config, Serializer<byte[]> valueSerializer, CommittedStores stores) {
    super(config, new ByteArraySerializer(), valueSerializer);
    this.stores = stores;
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    return super.send(
        record, CommittedStores.isChangelog(record.topic()) ? noting(callback) : callback);
  }

  private Callback noting(@Nullable Callback callback) {
    return (metadata, exception) -> {
      if (exception == null) {
        written.put(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset());
      }
      if (callback != null) {
        callback.onCompletion(metadata, exception);
      }
    };
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    written.forEach(stores::committed);
    written.clear();
  }

  @Override
  public void abortTransaction() {
    written.clear();
    super.abortTransaction();
  }
}
