/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.CloudEventHeaders;
import dev.plumbline.events.Topic;
import dev.plumbline.kafka.sealing.TextSealer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Writes values to their topics: encoded by the topic, with their CloudEvents attributes as headers
 * and their accepted time as record time. Refuses readable text that is somebody's. Safe for use by
 * any thread. The producer, and any transaction on it, stays the caller's.
 */
public final class EventPublisher {

  private final Producer<byte[], byte[]> producer;

  public EventPublisher(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Writes to the partition that the key belongs to.
   *
   * @return completes when the broker has acknowledged, or with the reason why it did not
   * @throws IllegalArgumentException for a topic of feeds, whose partition is not the key's
   */
  public <K, V> CompletableFuture<RecordMetadata> publish(Topic<K, V> topic, K key, V value) {
    if (topic.partitioning() == Topic.Partitioning.BY_FEED) {
      throw new IllegalArgumentException(
          "a record of topic %s needs its feed as partition, not only the key %s"
              .formatted(topic.name(), key));
    }
    return send(topic, null, key, value);
  }

  /** Writes to a partition of the caller's choice: a feed, or the partition that a tick is for. */
  public <K, V> CompletableFuture<RecordMetadata> publish(
      Topic<K, V> topic, int partition, K key, V value) {
    return send(topic, partition, key, value);
  }

  private <K, V> CompletableFuture<RecordMetadata> send(
      Topic<K, V> topic, @Nullable Integer partition, K key, V value) {
    Record event = (Record) value;
    if (TextSealer.mustBeSealed(event)) {
      throw new IllegalArgumentException(
          "a record of topic %s (key %s) holds readable text that is somebody's: it goes through FeedbackPublisher, which seals it"
              .formatted(topic.name(), key));
    }
    byte[] keyBytes = topic.key().encode(key);
    byte[] valueBytes = topic.value().encode(value);
    int size = keyBytes.length + valueBytes.length;
    if (size > topic.maxRecordBytes()) {
      return CompletableFuture.failedFuture(
          new RecordTooLargeException(
              "a record of topic %s has at most %d bytes, but this one (key %s) has %d"
                  .formatted(topic.name(), topic.maxRecordBytes(), key, size)));
    }
    Instant time = RecordTime.of(event);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic.name(),
            partition,
            time == null ? null : time.toEpochMilli(),
            keyBytes,
            valueBytes);
    CloudEventHeaders.of(event)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return send(record);
  }

  private CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  acknowledged.complete(metadata);
                } else {
                  acknowledged.completeExceptionally(failure);
                }
              });
    } catch (KafkaException e) {
      acknowledged.completeExceptionally(e);
    }
    return acknowledged;
  }
}
