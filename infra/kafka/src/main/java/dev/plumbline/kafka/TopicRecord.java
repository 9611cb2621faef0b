/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.Codec;
import dev.plumbline.events.Topic;
import dev.plumbline.events.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One record as it stands on its topic. Key and value are decoded when asked for, each time anew,
 * so that a reader can pass over bytes that can't be decoded.
 *
 * @param topic how to decode it
 * @param raw the bytes and where they stand
 */
public record TopicRecord<K, V>(Topic<K, V> topic, ConsumerRecord<byte[], byte[]> raw) {

  /** The partition it stands on. */
  public int partition() {
    return raw.partition();
  }

  /** Its place in the partition. */
  public long offset() {
    return raw.offset();
  }

  /** The record time. */
  public Instant time() {
    return Instant.ofEpochMilli(raw.timestamp());
  }

  /**
   * The key; empty when it has none.
   *
   * @throws UndecodableException naming the place, when the bytes are no key of this topic
   */
  public Optional<K> key() {
    return decode(topic.key(), raw.key(), "key");
  }

  /**
   * The value; empty for a tombstone.
   *
   * @throws UndecodableException naming the place, when the bytes are no value of this topic
   * @throws dev.plumbline.events.UnknownSchemaException when a newer reader is needed
   */
  public Optional<V> value() {
    return decode(topic.value(), raw.value(), "value");
  }

  /** The text of a header, such as {@code ce_id}; empty when the record has none of this name. */
  public Optional<String> header(String name) {
    Header header = raw.headers().lastHeader(name);
    return header == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  /** Where it stands, for messages: {@code examples-0@17}. */
  public String place() {
    return "%s-%d@%d".formatted(raw.topic(), raw.partition(), raw.offset());
  }

  private <T> Optional<T> decode(Codec<T> codec, byte @Nullable [] bytes, String part) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(codec.decode(bytes));
    } catch (UndecodableException e) {
      throw new UndecodableException("%s of %s: %s".formatted(part, place(), e.getMessage()), e);
    }
  }
}
