/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.OffsetReset;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.kafka.sealing.TextOpener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's connection to the cluster, from joining its group to whatever ends it; never mended,
 * only made anew. Belongs to the lane's thread, except for {@link #stop} and {@link #requireGoing}.
 */
final class LaneSession implements AutoCloseable {

  /** The feed was taken away, so that what is in memory may belong to nobody. */
  static final class AssignmentLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AssignmentLostException(TopicPartition feed) {
      super("the assignment of " + feed + " was taken away");
    }
  }

  /** Learning was asked to stop. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
      super("learning was asked to stop");
    }
  }

  private static final Logger log = LoggerFactory.getLogger(LaneSession.class);

  /** Bounds how long readers of versions stand still after a lane died between send and commit. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KafkaClients clients;
  private final LaneSettings settings;
  private final TopicPartition feed;
  private final TextOpener opener;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final EventPublisher publisher;
  private final ExecutorService learning;
  private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
  private @Nullable PolicyVersions versions;
  private @Nullable String topicId;
  private boolean assigned;
  private boolean lost;
  private volatile boolean going = true;

  private LaneSession(
      KafkaClients clients,
      LaneSettings settings,
      TopicPartition feed,
      TextOpener opener,
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer) {
    this.clients = clients;
    this.settings = settings;
    this.feed = feed;
    this.opener = opener;
    this.consumer = consumer;
    this.producer = producer;
    this.publisher = new EventPublisher(producer);
    this.learning =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("lane-" + settings.laneId() + "-learning").factory());
  }

  static LaneSession open(LaneSettings settings, LaneEnvironment environment) {
    KafkaClients clients = environment.clients();
    String id = settings.transactionalId();
    var feed =
        new TopicPartition(
            Topics.EXAMPLES.name(), environment.layout().feedOf(settings.feedPolicy()));
    KafkaConsumer<byte[], byte[]> consumer =
        clients.fixedGroupConsumer(id, id, id, OffsetReset.NONE, settings.sessionTimeout());
    try {
      return new LaneSession(
          clients,
          settings,
          feed,
          environment.opener(),
          consumer,
          clients.transactionalProducer(id, id, TRANSACTION_TIMEOUT));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Joins the group and returns when the feed is this member's. */
  void awaitFeed() {
    consumer.subscribe(List.of(feed.topic()), new Assignment());
    while (!assigned) {
      poll(POLL_WHILE_PAUSED);
    }
  }

  /** Fences every earlier process of the lane; what it left open is aborted. */
  void fence() {
    producer.initTransactions();
    versions = PolicyVersions.open(clients, settings.transactionalId() + "-versions");
    topicId = describeTopicId();
  }

  /** The newest committed version of the policy, read from the log now. */
  Optional<PolicyVersion> head() {
    PolicyVersions committed = fenced(versions);
    committed.refresh();
    return committed.head(settings.policy());
  }

  TopicPartition feed() {
    return feed;
  }

  /** Id of the topic of the feed. */
  String topicId() {
    return fenced(topicId);
  }

  ConsumedRange range(long from, long to) {
    return new ConsumedRange(topicId(), feed.topic(), feed.partition(), from, to);
  }

  /** The first offset of the feed. */
  long feedStart() {
    return consumer.beginningOffsets(List.of(feed)).get(feed);
  }

  /** Says so when the group's offset is another than the record's, which alone counts. */
  void logOffsetsThatDiffer(long to) {
    @Nullable OffsetAndMetadata committed = consumer.committed(Set.of(feed)).get(feed);
    if (committed != null && committed.offset() != to) {
      log.warn(
          "group {} has offset {} for {}, the newest version record {}: the record counts",
          settings.transactionalId(),
          committed.offset(),
          feed,
          to);
    }
  }

  void seek(long offset) {
    fetched.clear();
    consumer.seek(feed, offset);
  }

  /** The offset of the next record to be handed out, or of what follows the last one. */
  long position() {
    return fetched.isEmpty() ? consumer.position(feed) : fetched.getFirst().offset();
  }

  /** Whether everything that is committed to the feed was handed out. */
  boolean isAtEnd() {
    return position() >= consumer.endOffsets(List.of(feed)).get(feed);
  }

  /** The next record of the feed, or null when none comes in time. */
  @Nullable TopicRecord<String, ExampleRecord> next(Duration timeout) {
    requireGoing();
    if (fetched.isEmpty()) {
      consumer.resume(List.of(feed));
      poll(timeout);
    }
    return fetched.isEmpty() ? null : new TopicRecord<>(Topics.EXAMPLES, fetched.removeFirst());
  }

  /**
   * The value of a record of the feed, which must be of the feed's policy; its texts are opened
   * where their keys are at hand.
   */
  ExampleRecord value(TopicRecord<String, ExampleRecord> record) {
    ExampleRecord value =
        record
            .value()
            .orElseThrow(() -> new LaneRefusedException(record.place() + " holds no example"));
    if (!settings.feedPolicies().contains(value.policy())) {
      throw new LaneRefusedException(
          "%s is about policy %s, but the feed should be about %s; where it was rebuilt from another policy's, rebuilt_from names that"
              .formatted(record.place(), value.policy(), settings.feedPolicies()));
    }
    // Once, here: whether a text can be read must not change while a slice is learned from.
    return switch (value) {
      case TrainingExample example -> opener.open(example);
      case Boundary boundary -> boundary;
    };
  }

  /**
   * Runs work on the learning thread while this one goes on polling, so that the group knows that
   * the lane is alive, and the lane knows when the group has given it up.
   *
   * <p>When polling fails, returns (with that failure) only after the work has ended: it stops at
   * its next {@link #requireGoing}.
   */
  <T> T whilePolling(Callable<T> work) {
    consumer.pause(List.of(feed));
    Future<T> result = learning.submit(work);
    try {
      while (!result.isDone()) {
        poll(POLL_WHILE_PAUSED);
      }
    } catch (RuntimeException e) {
      going = false;
      discard(result, e);
      throw e;
    }
    return get(result);
  }

  /** Throws when learning should stop; from any thread. */
  void requireGoing() {
    if (!going) {
      throw new StoppedException();
    }
  }

  /** Asks the session to end; from any thread. */
  void stop() {
    going = false;
    consumer.wakeup();
  }

  /** Writes a boundary to the feed, outside of any transaction. */
  void append(Boundary boundary) {
    String clientId = settings.transactionalId() + "-boundaries";
    try (KafkaProducer<byte[], byte[]> plain = clients.producer(clientId, PATIENCE)) {
      acknowledged(
          new EventPublisher(plain)
              .publish(Topics.EXAMPLES, feed.partition(), boundary.policy(), boundary));
    }
  }

  void begin() {
    producer.beginTransaction();
  }

  /** Sends a record in the transaction and waits until the broker has it. */
  <V> void send(Topic<String, V> topic, String key, V value) {
    var sent = publisher.publish(topic, key, value);
    producer.flush();
    acknowledged(sent);
  }

  /** Sends the feed's offset in the transaction, for lag monitoring and as one more fence. */
  void sendOffset(long to) {
    producer.sendOffsetsToTransaction(
        Map.of(feed, new OffsetAndMetadata(to)), consumer.groupMetadata());
  }

  void commit() {
    producer.commitTransaction();
  }

  @Override
  public void close() {
    going = false;
    learning.close();
    if (versions != null) {
      versions.close();
    }
    producer.close(PATIENCE);
    consumer.close();
  }

  private void poll(Duration timeout) {
    requireGoing();
    consumer.poll(timeout).records(feed).forEach(fetched::add);
    if (lost) {
      throw new AssignmentLostException(feed);
    }
  }

  private String describeTopicId() {
    try (Admin admin = clients.admin(settings.transactionalId() + "-topics")) {
      return admin
          .describeTopics(List.of(feed.topic()))
          .allTopicNames()
          .get()
          .get(feed.topic())
          .topicId()
          .toString();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "topic %s can't be described".formatted(feed.topic()), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static <T> T fenced(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the lane reads only after it has fenced");
    }
    return value;
  }

  private static <T> T get(Future<T> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case RuntimeException cause -> cause;
        case IOException cause -> new UncheckedIOException(cause.getMessage(), cause);
        default -> new IllegalStateException("learning failed", e.getCause());
      };
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Waits for work whose result nobody wants any more. */
  private static void discard(Future<?> result, RuntimeException reason) {
    try {
      if (get(result) instanceof AutoCloseable unwanted) {
        unwanted.close();
      }
    } catch (Exception ofWork) {
      reason.addSuppressed(ofWork);
    }
  }

  private static <T> T acknowledged(CompletableFuture<T> sent) {
    try {
      return sent.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Runs inside poll. Nothing is fetched before the lane says from where. */
  private final class Assignment implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      // Without a position the consumer would look for one, and refuse to go on.
      partitions.forEach(partition -> consumer.seek(partition, 0));
      assigned |= partitions.contains(feed);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      lost |= partitions.contains(feed);
    }
  }
}
