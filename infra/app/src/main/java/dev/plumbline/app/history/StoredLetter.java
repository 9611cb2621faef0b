/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.history;

import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dead letter in its topic.
 *
 * @param id its offset: the number that people call it by
 */
public record StoredLetter(long id, DeadLetter letter) {
  /** Longer than any transaction can stay open. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Returns all dead letters that a cluster has now, oldest first. */
  public static List<StoredLetter> all(KafkaClients clients) {
    List<StoredLetter> letters = new ArrayList<>();
    try (TopicReader<String, DeadLetter> reader =
        TopicReader.openAtBeginning(clients, "plumbline-dead-letters", Topics.DEAD_LETTERS)) {
      reader.readToEnd(
          PATIENCE,
          record ->
              record
                  .value()
                  .ifPresent(letter -> letters.add(new StoredLetter(record.offset(), letter))));
    }
    return letters;
  }

  /** Returns where the record stood that could not be used: {@code feedback-2@40}. */
  public String origin() {
    return "%s-%d@%d".formatted(letter.topic(), letter.partition(), letter.offset());
  }

  /** Returns the topic that it came from; empty for what came from elsewhere. */
  public Optional<Topic<String, ?>> topic() {
    return Topics.ALL.stream().filter(topic -> topic.name().equals(letter.topic())).findFirst();
  }

  /** Returns the record that could not be used, if it can be read. */
  public Optional<Record> original() {
    return topic()
        .flatMap(
            topic -> {
              try {
                return Optional.of((Record) topic.value().decode(letter.original().toArray()));
              } catch (UndecodableException | UnknownSchemaException e) {
                return Optional.empty();
              }
            });
  }
}
