/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A topic with the types of its records and the layout it must have.
 *
 * @param name the topic's name
 * @param key codec of keys
 * @param value codec of values
 * @param partitioning how its partitions are counted and chosen
 * @param cleanup whether old records stay
 * @param maxRecordBytes largest record it takes
 * @param <K> keys
 * @param <V> values
 */
public record Topic<K, V>(
    String name,
    Codec<K> key,
    Codec<V> value,
    Partitioning partitioning,
    Cleanup cleanup,
    int maxRecordBytes) {

  /** How a topic's partitions are counted and chosen. */
  public enum Partitioning {
    /** By murmur2 of the item id; one fixed count for all topics of this kind. */
    BY_ITEM,
    /** One partition per policy, chosen explicitly: a feed. */
    BY_FEED,
    /** One partition. */
    SINGLE
  }

  /** Whether old records stay. */
  public enum Cleanup {
    /** Everything stays: the topic is a source of truth. */
    KEEP_ALL,
    /** The last record of each key stays: the topic is a view. */
    COMPACT
  }

  /** UTF-8 text, as all keys are. */
  static final Codec<String> TEXT_KEY =
      new Codec<>() {
        @Override
        public byte[] encode(String value) {
          return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
          try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
          } catch (CharacterCodingException e) {
            throw new UndecodableException("the key is no UTF-8 text: " + Bytes.of(bytes), e);
          }
        }
      };
}
