/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Codec;
import org.apache.kafka.common.serialization.Serializer;

/** A codec as Kafka's clients want it. */
record CodecSerializer<T>(Codec<T> codec) implements Serializer<T> {
  @Override
  public byte[] serialize(String topic, T value) {
    return codec.encode(value);
  }
}
