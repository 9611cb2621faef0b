/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.Topics;
import dev.plumbline.streams.replay.Cut;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The topic of dead letters: each holds a record of a source as it stands there. */
final class DeadLetterLog {
  private final Findings findings;
  private final Map<Origin, List<Placed>> byOrigin = new HashMap<>();
  private final Set<String> eventIds = new HashSet<>();

  private record Origin(String topic, int partition, long offset) {
    static Origin of(DeadLetter letter) {
      return new Origin(letter.topic(), letter.partition(), letter.offset());
    }
  }

  private record Placed(String place, DeadLetter letter) {}

  DeadLetterLog(Findings findings) {
    this.findings = findings;
  }

  void take(LogRecord record) {
    DeadLetter letter = Topics.DEAD_LETTERS.value().decode(record.value().toArray());
    findings.count("dead_letters");
    byOrigin
        .computeIfAbsent(Origin.of(letter), fresh -> new ArrayList<>(1))
        .add(new Placed(record.place(), letter));
    if (letter.eventId() != null) {
      eventIds.add(letter.eventId());
    }
  }

  /** Whether a letter is about an event; a later one for another reason may be lacking. */
  boolean names(String eventId) {
    return eventIds.contains(eventId);
  }

  /** Compares the letters about a record with the record; to be called for all of the sources. */
  void compare(LogRecord record) {
    List<Placed> letters =
        byOrigin.remove(new Origin(record.topic(), record.partition(), record.offset()));
    if (letters == null) {
      return;
    }
    for (Placed placed : letters) {
      if (!placed.letter.original().equals(record.value())) {
        findings.add(
            Promise.I1,
            placed.place,
            record.place(),
            "holds %d bytes that are not those of the record it names"
                .formatted(placed.letter.original().length()));
      }
    }
  }

  /**
   * Requires the letters that a record without an identity must have: one of its reason.
   *
   * @param expected what the rules make of the record
   */
  void requireOne(DeadLetter expected) {
    long found =
        byOrigin.getOrDefault(Origin.of(expected), List.of()).stream()
            .filter(placed -> placed.letter.reason() == expected.reason())
            .count();
    if (found != 1) {
      findings.add(
          Promise.I1,
          Topics.DEAD_LETTERS.name(),
          "%s-%d@%d".formatted(expected.topic(), expected.partition(), expected.offset()),
          "has %d dead letters of the reason %s, expected 1".formatted(found, expected.reason()));
    }
  }

  /** Finds letters about records that don't exist; to be called when the sources were read. */
  void requireNoneLeft(Cut sources) {
    byOrigin.forEach(
        (origin, letters) -> {
          if (ExampleReplay.SOURCES.contains(origin.topic)
              && origin.offset < sources.end(new TopicPartition(origin.topic, origin.partition))) {
            letters.forEach(
                placed ->
                    findings.add(
                        Promise.I1,
                        placed.place,
                        "%s-%d@%d".formatted(origin.topic, origin.partition, origin.offset),
                        "is about a record that doesn't stand there"));
          }
        });
  }
}
