/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.history;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.CloudEventHeaders;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.kafka.TopicLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was set aside to the topic that it came from, byte for byte, to be decided on afresh.
 *
 * <p>Sent twice it counts once: streams know events by their identity, and take up only those that
 * are still set aside. What is set aside again gets a new letter with the same bytes; of letters
 * with the same bytes only one is sent, so that sending everything again and again does not breed.
 *
 * @param letter the letter
 * @param partition where its record goes
 * @param key under which
 */
public record Redrive(StoredLetter letter, int partition, @Nullable Bytes key) {

  private record Content(String topic, @Nullable Bytes key, Bytes value) {}

  /**
   * Returns what would be sent for letters, oldest first; letters of no topic of the catalogue are
   * left out.
   */
  public static List<Redrive> plan(List<StoredLetter> letters, TopicLayout layout) {
    SequencedMap<Content, Redrive> plan = new LinkedHashMap<>();
    for (StoredLetter stored : letters) {
      if (stored.topic().isPresent()) {
        Redrive redrive = of(stored, layout);
        DeadLetter letter = stored.letter();
        plan.putIfAbsent(new Content(letter.topic(), redrive.key, letter.original()), redrive);
      }
    }
    return List.copyOf(plan.values());
  }

  /**
   * Sends the records and waits until the cluster has them.
   *
   * @throws IllegalStateException if one could not be written; earlier ones are
   */
  public static void send(List<Redrive> plan, Producer<byte[], byte[]> producer) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    plan.forEach(redrive -> sent.add(producer.send(redrive.record())));
    producer.flush();
    for (int i = 0; i < sent.size(); i++) {
      try {
        sent.get(i).get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "dead letter %d could not be sent again to %s"
                .formatted(plan.get(i).letter.id(), plan.get(i).letter.letter().topic()),
            e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  /** A record that stood where its item doesn't belong goes to where it does. */
  private static Redrive of(StoredLetter stored, TopicLayout layout) {
    DeadLetter letter = stored.letter();
    if (letter.reason() == DeadLetterReason.MIS_PARTITIONED) {
      Optional<String> itemId = stored.original().flatMap(Redrive::itemId);
      if (itemId.isPresent()) {
        Bytes key = Bytes.of(itemId.get().getBytes(StandardCharsets.UTF_8));
        return new Redrive(stored, layout.partitionOf(itemId.get()), key);
      }
    }
    return new Redrive(stored, letter.partition(), letter.key());
  }

  private static Optional<String> itemId(Record original) {
    return switch (original) {
      case Prompt prompt -> Optional.of(prompt.itemId());
      case Completion completion -> Optional.of(completion.itemId());
      case ComparisonTask task -> Optional.of(task.itemId());
      case FeedbackEvent event -> Optional.of(event.itemId());
      case RewardScore score -> Optional.of(score.itemId());
      default -> Optional.empty();
    };
  }

  private ProducerRecord<byte[], byte[]> record() {
    DeadLetter dead = letter.letter();
    var record =
        new ProducerRecord<>(
            dead.topic(),
            partition,
            Math.max(0, dead.acceptedAt().toEpochMilli()),
            key == null ? null : key.toArray(),
            dead.original().toArray());
    letter
        .original()
        .ifPresent(
            original ->
                CloudEventHeaders.of(original)
                    .forEach(
                        (name, text) ->
                            record.headers().add(name, text.getBytes(StandardCharsets.UTF_8))));
    return record;
  }
}
