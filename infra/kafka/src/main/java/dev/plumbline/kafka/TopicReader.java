/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.settings.Durations;
import dev.plumbline.events.Topic;
import dev.plumbline.events.UnknownSchemaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordDeserializationException;

/**
 * Reads the committed records of a topic: everything up to now, then what follows. Belongs to one
 * thread, except for {@link #wakeup}.
 */
public final class TopicReader<K, V> implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaClients clients;
  private final String clientId;
  private final Topic<K, V> topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  private TopicReader(
      KafkaClients clients,
      String clientId,
      Topic<K, V> topic,
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions) {
    this.clients = clients;
    this.clientId = clientId;
    this.topic = topic;
    this.consumer = consumer;
    this.partitions = partitions;
  }

  /**
   * A reader of some partitions.
   *
   * @param from the first offset to read, by partition; an offset that the log does not hold is an
   *     error when reading
   */
  public static <K, V> TopicReader<K, V> open(
      KafkaClients clients, String clientId, Topic<K, V> topic, Map<Integer, Long> from) {
    Map<TopicPartition, Long> positions =
        from.entrySet().stream()
            .collect(
                Collectors.toMap(
                    e -> new TopicPartition(topic.name(), e.getKey()), Map.Entry::getValue));
    return open(clients, clientId, topic, consumer -> positions);
  }

  /**
   * A reader of all partitions from their beginning.
   *
   * @throws IllegalStateException when the topic does not exist
   */
  public static <K, V> TopicReader<K, V> openAtBeginning(
      KafkaClients clients, String clientId, Topic<K, V> topic) {
    return open(
        clients,
        clientId,
        topic,
        consumer -> {
          List<TopicPartition> partitions =
              consumer.partitionsFor(topic.name()).stream()
                  .map(info -> new TopicPartition(info.topic(), info.partition()))
                  .toList();
          if (partitions.isEmpty()) {
            throw new IllegalStateException(
                "topic %s does not exist at %s".formatted(topic.name(), clients.connection()));
          }
          return consumer.beginningOffsets(partitions);
        });
  }

  private static <K, V> TopicReader<K, V> open(
      KafkaClients clients,
      String clientId,
      Topic<K, V> topic,
      Function<KafkaConsumer<byte[], byte[]>, Map<TopicPartition, Long>> start) {
    KafkaConsumer<byte[], byte[]> consumer = clients.consumer(clientId, OffsetReset.NONE);
    try {
      Map<TopicPartition, Long> positions = start.apply(consumer);
      consumer.assign(positions.keySet());
      positions.forEach(consumer::seek);
      return new TopicReader<>(clients, clientId, topic, consumer, List.copyOf(positions.keySet()));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Hands on every committed record that was written before this call.
   *
   * <p>The end is the end of the log, not of its committed part: a transaction that somebody else
   * has open must not hide committed records behind it, so this waits until it is decided.
   *
   * @param timeout how long to wait without getting further
   * @throws IllegalStateException when a transaction stays open for that long
   */
  public void readToEnd(Duration timeout, Consumer<TopicRecord<K, V>> sink) {
    Map<TopicPartition, Long> ends = ends();
    long lastAdvance = System.nanoTime();
    Map<Integer, Long> before = positions();
    while (!reached(ends)) {
      poll(POLL).forEach(sink);
      Map<Integer, Long> after = positions();
      if (!after.equals(before)) {
        before = after;
        lastAdvance = System.nanoTime();
      } else if (System.nanoTime() - lastAdvance > timeout.toNanos()) {
        throw new IllegalStateException(
            "topic %s could not be read to its end %s within %s, only to %s: a transaction is still open, or its partition has no leader"
                .formatted(topic.name(), ends.values(), Durations.format(timeout), after));
      }
    }
  }

  /**
   * The next committed records; none when there are none within the time given.
   *
   * @throws UnknownSchemaException when the schema registry has none to read the next record with
   */
  public List<TopicRecord<K, V>> poll(Duration timeout) {
    List<TopicRecord<K, V>> records = new ArrayList<>();
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
        records.add(new TopicRecord<>(topic, record));
      }
    } catch (RecordDeserializationException e) {
      throw e.getCause() instanceof UnknownSchemaException unknown ? unknown : e;
    }
    return records;
  }

  /** The next offset to read, by partition. */
  public Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new TreeMap<>();
    for (TopicPartition partition : partitions) {
      positions.put(partition.partition(), consumer.position(partition));
    }
    return positions;
  }

  /** Makes a call that waits throw {@code WakeupException}; from any thread. */
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
  }

  private Map<TopicPartition, Long> ends() {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    ListOffsetsOptions uncommittedToo = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
    try (Admin admin = clients.admin(clientId + "-ends")) {
      Map<TopicPartition, ListOffsetsResultInfo> ends =
          admin.listOffsets(latest, uncommittedToo).all().get();
      return ends.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the ends of topic %s can't be found".formatted(topic.name()), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
