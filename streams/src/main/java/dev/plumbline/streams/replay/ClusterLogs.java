/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.base.settings.Durations;
import dev.plumbline.events.Bytes;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.OffsetReset;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/** The logs of a Kafka cluster. Belongs to one thread. */
public final class ClusterLogs implements Logs, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Longer than any transaction can stay open. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int ENOUGH_AHEAD = 2_000;

  private final KafkaClients clients;
  private final String clientId;
  private final Admin admin;

  public ClusterLogs(KafkaClients clients, String clientId) {
    this.clients = clients;
    this.clientId = clientId;
    this.admin = clients.admin(clientId + "-admin");
  }

  @Override
  public Set<String> topics() {
    return get(admin.listTopics().names());
  }

  @Override
  public Cut ends(Collection<String> topics) {
    return new Cut(offsets(topics, OffsetSpec.latest()));
  }

  @Override
  public Cut committed(String groupId) {
    var stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
    Map<TopicPartition, Long> committed = new HashMap<>();
    try {
      get(admin.listConsumerGroupOffsets(groupId, stable).partitionsToOffsetAndMetadata())
          .forEach(
              (log, offset) -> {
                if (offset != null) {
                  committed.put(log, offset.offset());
                }
              });
    } catch (GroupIdNotFoundException neverCommitted) {
      return Cut.START;
    }
    return new Cut(committed);
  }

  @Override
  public Optional<String> topicId(String topic) {
    return describe(List.of(topic)).values().stream().map(it -> it.topicId().toString()).findAny();
  }

  @Override
  public void read(List<String> topics, Cut from, Cut to, Consumer<LogRecord> sink) {
    Map<TopicPartition, Long> begins = offsets(topics, OffsetSpec.earliest());
    begins.replaceAll((log, begin) -> Math.max(begin, from.end(log)));
    begins.entrySet().removeIf(begin -> begin.getValue() >= to.end(begin.getKey()));
    var merge = new LogMerge(topics, begins.keySet(), sink);
    try (KafkaConsumer<byte[], byte[]> consumer = clients.consumer(clientId, OffsetReset.NONE)) {
      consumer.assign(begins.keySet());
      begins.forEach(consumer::seek);
      Set<TopicPartition> open = new HashSet<>(begins.keySet());
      long lastAdvance = System.nanoTime();
      while (!open.isEmpty()) {
        Set<TopicPartition> fed = new HashSet<>(merge.fed(ENOUGH_AHEAD));
        consumer.pause(fed);
        consumer.resume(open.stream().filter(log -> !fed.contains(log)).toList());
        Map<TopicPartition, Long> before = positions(consumer, open);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < to.end(new TopicPartition(record.topic(), record.partition()))) {
            merge.add(logRecord(record));
          }
        }
        Map<TopicPartition, Long> after = positions(consumer, open);
        after.forEach(
            (log, position) -> {
              if (position >= to.end(log)) {
                merge.end(log);
                open.remove(log);
                consumer.pause(List.of(log));
              }
            });
        merge.drain();
        lastAdvance = requireAdvance(before, after, to, lastAdvance);
      }
      merge.drain();
    }
  }

  @Override
  public void close() {
    admin.close();
  }

  private static long requireAdvance(
      Map<TopicPartition, Long> before, Map<TopicPartition, Long> after, Cut to, long lastAdvance) {
    long now = System.nanoTime();
    if (!after.equals(before)) {
      return now;
    }
    if (now - lastAdvance > PATIENCE.toNanos()) {
      throw new IllegalStateException(
          "no log could be read further within %s: they stand at %s and should reach %s. A transaction is still open, or a partition has no leader"
              .formatted(Durations.format(PATIENCE), after, to.ends()));
    }
    return lastAdvance;
  }

  private static Map<TopicPartition, Long> positions(
      KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> logs) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    logs.forEach(log -> positions.put(log, consumer.position(log)));
    return positions;
  }

  private static LogRecord logRecord(ConsumerRecord<byte[], byte[]> record) {
    return new LogRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key() == null ? null : Bytes.of(record.key()),
        Bytes.of(record.value() == null ? new byte[0] : record.value()));
  }

  private Map<TopicPartition, Long> offsets(Collection<String> topics, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    describe(topics)
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(
                        partition ->
                            asked.put(new TopicPartition(topic, partition.partition()), which)));
    var undecidedToo = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
    return get(admin.listOffsets(asked, undecidedToo).all()).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, found -> found.getValue().offset(), (a, b) -> a, HashMap::new));
  }

  private Map<String, TopicDescription> describe(Collection<String> topics) {
    Set<String> existing = new HashSet<>(topics());
    existing.retainAll(topics);
    return get(admin.describeTopics(existing).allTopicNames());
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
