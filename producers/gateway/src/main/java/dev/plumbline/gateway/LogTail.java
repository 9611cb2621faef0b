/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.metrics.Health;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.gateway.live.LiveView;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.OffsetReset;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.kafka.sealing.TextOpener;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topics and folds what it reads into the view: policy versions from their beginning,
 * everything else from a little before now. Reads committed records only and belongs to no group,
 * so that it takes part in nothing. Owns its thread.
 */
final class LogTail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogTail.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Consumer<ConsumerRecord<byte[], byte[]>>> folds = new LinkedHashMap<>();
  private final AtomicReference<Health> health = new AtomicReference<>(Health.HEALTHY);
  private final Thread thread;
  private volatile boolean closed;

  private LogTail(KafkaConsumer<byte[], byte[]> consumer, TextOpener opener, LiveView view) {
    this.consumer = consumer;
    fold(Topics.PROMPTS, (at, prompt) -> view.prompt(at, opener.open(prompt)));
    fold(Topics.COMPLETIONS, (at, completion) -> view.completion(at, opener.open(completion)));
    fold(Topics.TASKS, view::task);
    fold(Topics.FEEDBACK, view::feedback);
    fold(Topics.REWARDS, view::reward);
    fold(Topics.DEAD_LETTERS, view::deadLetter);
    fold(Topics.POLICY_VERSIONS, view::version);
    thread = Thread.ofPlatform().name("gateway-tail").daemon().unstarted(this::run);
  }

  /**
   * Starts to follow; the topics must exist.
   *
   * @param opener reads what is sealed
   * @param recentRecords how many records before the end of each partition to begin with
   */
  static LogTail start(KafkaClients clients, TextOpener opener, LiveView view, int recentRecords) {
    LogTail tail =
        new LogTail(clients.consumer("plumbline-gateway-tail", OffsetReset.EARLIEST), opener, view);
    try {
      tail.seek(recentRecords);
    } catch (RuntimeException e) {
      tail.consumer.close();
      throw e;
    }
    tail.thread.start();
    return tail;
  }

  /** Returns whether the view is kept up to date. */
  Health health() {
    return health.get();
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <V> void fold(Topic<String, V> topic, BiConsumer<Instant, V> into) {
    folds.put(
        topic.name(),
        raw -> {
          TopicRecord<String, V> record = new TopicRecord<>(topic, raw);
          record.value().ifPresent(value -> into.accept(record.time(), value));
        });
  }

  private void seek(int recentRecords) {
    List<TopicPartition> partitions =
        folds.keySet().stream().flatMap(topic -> partitionsOf(topic).stream()).toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long beginning = beginnings.get(partition);
      boolean whole = partition.topic().equals(Topics.POLICY_VERSIONS.name());
      consumer.seek(
          partition, whole ? beginning : Math.max(beginning, ends.get(partition) - recentRecords));
    }
  }

  private List<TopicPartition> partitionsOf(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "topic %s does not exist; topics are made before the gateway starts".formatted(topic));
    }
    return partitions;
  }

  private void run() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          fold(record);
        }
      }
    } catch (WakeupException e) {
      log.debug("the tail is closed");
    } catch (RuntimeException e) {
      log.error("the live view stands still", e);
      health.set(Health.unhealthy("the live view stands still: " + e));
    }
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    if (consumer.paused().contains(partition)) {
      return;
    }
    try {
      folds.get(record.topic()).accept(record);
    } catch (UndecodableException e) {
      // Streams make a dead letter of it, which shows up here.
      log.debug("passed over: {}", e.getMessage());
    } catch (UnknownSchemaException e) {
      consumer.pause(List.of(partition));
      String reason =
          "the live view leaves out %s from offset %d on: %s"
              .formatted(partition, record.offset(), e.getMessage());
      log.error(reason);
      health.set(Health.unhealthy(reason));
    }
  }
}
