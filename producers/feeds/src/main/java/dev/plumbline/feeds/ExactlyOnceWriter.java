/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.OffsetReset;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.sealing.TextSealer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records together with how far their source has been read: one transaction, so that a crash
 * neither loses nor doubles any. The positions are committed offsets of a group that nobody joins;
 * one writer at a time is ensured by fencing, not by membership. Belongs to one thread.
 */
final class ExactlyOnceWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExactlyOnceWriter.class);
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private final EventPublisher events;
  private final TextSealer sealer;
  private final FeedbackPublisher publisher;
  private final ConsumerGroupMetadata group;

  private ExactlyOnceWriter(
      KafkaProducer<byte[], byte[]> producer, TextSealer sealer, ConsumerGroupMetadata group) {
    this.producer = producer;
    this.events = new EventPublisher(producer);
    this.sealer = sealer;
    this.publisher = new FeedbackPublisher(events, sealer);
    this.group = group;
  }

  /**
   * Fences every earlier writer of the group: from now on it can't commit any more.
   *
   * @param group names the positions; also the transactional id
   */
  static ExactlyOnceWriter open(RoleContext context, String group) {
    KafkaClients clients = context.clients();
    KafkaProducer<byte[], byte[]> producer =
        clients.transactionalProducer(group, group, TRANSACTION_TIMEOUT);
    try {
      producer.initTransactions();
      return new ExactlyOnceWriter(producer, context.sealer(), withoutMembers(clients, group));
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /** The committed positions of a group; to be read after fencing, so that they are the last. */
  static Map<TopicPartition, OffsetAndMetadata> positions(KafkaClients clients, String group) {
    try (Admin admin = clients.admin(group + "-positions")) {
      return positions(admin, group);
    }
  }

  static Map<TopicPartition, OffsetAndMetadata> positions(Admin admin, String group) {
    var settled = new ListConsumerGroupOffsetsOptions().requireStable(true);
    try {
      return admin
          .listConsumerGroupOffsets(group, settled)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(entry -> entry.getValue() != null)
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    } catch (ExecutionException e) {
      throw asKafkaException("positions of " + group, e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Positions of a topic's partitions, in the form in which they are committed. */
  static Map<TopicPartition, OffsetAndMetadata> at(Topic<?, ?> topic, Map<Integer, Long> offsets) {
    return offsets.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> new TopicPartition(topic.name(), entry.getKey()),
                entry -> new OffsetAndMetadata(entry.getValue())));
  }

  /** Where reading a topic goes on, for each of its partitions; 0 where nothing was committed. */
  static Map<Integer, Long> from(
      Map<TopicPartition, OffsetAndMetadata> positions, Topic<?, ?> topic, TopicLayout layout) {
    return IntStream.range(0, layout.partitions(topic))
        .boxed()
        .collect(
            Collectors.toMap(
                partition -> partition,
                partition -> {
                  var position = positions.get(new TopicPartition(topic.name(), partition));
                  return position == null ? 0L : position.offset();
                }));
  }

  /**
   * Commits all records and the positions, or nothing. What belongs to an erased subject is left
   * out.
   *
   * @return where the records stand that were not left out, in order
   * @throws KafkaException when nothing was committed; the writer must be closed then
   */
  List<RecordMetadata> write(
      List<? extends Record> records, Map<TopicPartition, OffsetAndMetadata> positions) {
    producer.beginTransaction();
    try {
      List<CompletableFuture<RecordMetadata>> sent =
          records.stream().filter(record -> !isErased(record)).map(this::publish).toList();
      producer.flush();
      List<RecordMetadata> places = sent.stream().map(CompletableFuture::join).toList();
      producer.sendOffsetsToTransaction(positions, group);
      producer.commitTransaction();
      return places;
    } catch (CompletionException e) {
      producer.abortTransaction();
      throw asKafkaException("a record of " + group.groupId(), e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }

  /** What a consumer says of its group as long as it has not joined. */
  private static ConsumerGroupMetadata withoutMembers(KafkaClients clients, String group) {
    try (var consumer =
        clients.groupConsumer(group + "-group", group, OffsetReset.NONE, Duration.ofSeconds(10))) {
      return consumer.groupMetadata();
    }
  }

  private boolean isErased(Record record) {
    Optional<String> erased = TextSealer.subjectOf(record).filter(sealer::isErased);
    erased.ifPresent(subject -> log.info("a text of {} is left out: it was erased", subject));
    return erased.isPresent();
  }

  private CompletableFuture<RecordMetadata> publish(Record record) {
    return switch (record) {
      case Prompt prompt -> publisher.publish(prompt);
      case Completion completion -> publisher.publish(completion);
      case ComparisonTask task -> publisher.publish(task);
      case FeedbackEvent event -> publisher.publish(event);
      case RewardScore score -> publisher.publish(score);
      case DeadLetter letter -> events.publish(Topics.DEAD_LETTERS, key(letter), letter);
      default ->
          throw new IllegalArgumentException(
              "no role of this module writes a " + record.getClass().getSimpleName());
    };
  }

  private static String key(DeadLetter letter) {
    Bytes key = letter.key();
    return key == null ? "" : Topics.DEAD_LETTERS.key().decode(key.toArray());
  }

  private static KafkaException asKafkaException(String what, Throwable cause) {
    return cause instanceof KafkaException kafka ? kafka : new KafkaException(what, cause);
  }
}
