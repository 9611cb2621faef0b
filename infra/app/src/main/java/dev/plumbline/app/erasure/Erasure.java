/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.erasure;

import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Erases a person: takes their whole contribution back, then destroys their key, and sees that
 * streams have followed. Every step may be done again, so that an erasure that was interrupted is
 * completed by the next.
 */
public final class Erasure {
  private static final Duration ACKNOWLEDGED = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final KafkaClients clients;
  private final TopicLayout layout;
  private final KeyStore keys;
  private final String streamsGroup;
  private final InstantSource clock;

  /**
   * @param streamsGroup the consumer group of streams: {@code streams.application_id}
   */
  public Erasure(
      KafkaClients clients,
      TopicLayout layout,
      KeyStore keys,
      String streamsGroup,
      InstantSource clock) {
    this.clients = clients;
    this.layout = layout;
    this.keys = keys;
    this.streamsGroup = streamsGroup;
    this.clock = clock;
  }

  /**
   * Takes back everything and destroys the key; durable when it returns. What streams make of it
   * follows.
   *
   * @param subjects whom to erase
   * @return where streams must have come for all of it to have its effect: the offset after the
   *     retraction, by partition of {@code feedback}
   * @throws KafkaException when the retraction can't be written; keys that were not destroyed are
   *     still there then
   */
  public SortedMap<Integer, Long> erase(List<String> subjects) {
    SortedMap<Integer, Long> needed = new TreeMap<>();
    try (KafkaProducer<byte[], byte[]> producer =
        clients.producer("plumbline-erase", ACKNOWLEDGED)) {
      var publisher = new FeedbackPublisher(new EventPublisher(producer));
      Instant now = clock.instant();
      var written =
          subjects.stream()
              .collect(
                  Collectors.toMap(
                      subject -> subject,
                      subject -> publisher.publishEverywhere(retraction(subject, now), layout)));
      for (String subject : subjects) {
        for (RecordMetadata place : written.get(subject).join()) {
          needed.merge(place.partition(), place.offset() + 1, Math::max);
        }
        keys.destroy(subject);
      }
    } catch (CompletionException e) {
      throw e.getCause() instanceof KafkaException cause
          ? cause
          : new KafkaException("the retraction was not written", e.getCause());
    }
    return needed;
  }

  /**
   * Waits until streams have committed what they made of it.
   *
   * @param needed as {@link #erase} returned it
   * @return where streams still have to come, by partition; empty when they have followed
   */
  public SortedMap<Integer, Long> awaitStreams(SortedMap<Integer, Long> needed, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Admin admin = clients.admin("plumbline-erase-positions");
        // What streams write wakes it before the next look is due.
        var examples =
            TopicReader.openAtBeginning(clients, "plumbline-erase-examples", Topics.EXAMPLES)) {
      SortedMap<Integer, Long> outstanding = outstanding(needed, admin);
      while (!outstanding.isEmpty() && System.nanoTime() < deadline) {
        examples.poll(LOOK_AGAIN);
        outstanding = outstanding(needed, admin);
      }
      return outstanding;
    }
  }

  private SortedMap<Integer, Long> outstanding(SortedMap<Integer, Long> needed, Admin admin) {
    Map<TopicPartition, OffsetAndMetadata> committed = committed(admin);
    SortedMap<Integer, Long> outstanding = new TreeMap<>();
    needed.forEach(
        (partition, offset) -> {
          var place = committed.get(new TopicPartition(Topics.FEEDBACK.name(), partition));
          if (place == null || place.offset() < offset) {
            outstanding.put(partition, offset);
          }
        });
    return outstanding;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) {
    try {
      return admin.listConsumerGroupOffsets(streamsGroup).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Map.of();
      }
      throw e.getCause() instanceof KafkaException cause
          ? cause
          : new KafkaException("the positions of " + streamsGroup, e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** The same for each try, but for its time, which nobody compares. */
  private static FeedbackEvent retraction(String subject, Instant now) {
    Limits.requireId("subject", subject);
    return new FeedbackEvent(
        Identity.hash("erasure", subject),
        subject,
        Annotator.human(subject),
        "plumbline/erase",
        now,
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Retraction(new Statement.WholeContribution(subject)));
  }
}
