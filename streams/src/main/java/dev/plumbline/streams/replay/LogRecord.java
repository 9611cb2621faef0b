/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A record as it stands in its log, byte for byte.
 *
 * @param timestampMillis its record time, in milliseconds since the epoch
 * @param value its value; empty where it had none
 */
public record LogRecord(
    String topic,
    int partition,
    long offset,
    long timestampMillis,
    @Nullable Bytes key,
    Bytes value) {

  /** Returns the log that it stands in. */
  public TopicPartition log() {
    return new TopicPartition(topic, partition);
  }

  /** Returns the feedback event that it is; empty for a tick, rubbish, and all other topics. */
  public Optional<FeedbackEvent> feedback() {
    if (!topic.equals(Topics.FEEDBACK.name())) {
      return Optional.empty();
    }
    try {
      return Topics.FEEDBACK.value().decode(value.toArray()) instanceof FeedbackEvent event
          ? Optional.of(event)
          : Optional.empty();
    } catch (UndecodableException e) {
      return Optional.empty();
    }
  }

  /** Returns where it stands, for messages: {@code feedback-0@17}. */
  public String place() {
    return "%s-%d@%d".formatted(topic, partition, offset);
  }
}
