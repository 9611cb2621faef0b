/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.Disposition;
import dev.plumbline.streams.EventIdentity;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.replay.ExampleReplay;
import dev.plumbline.streams.replay.FinalView;
import dev.plumbline.streams.replay.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Promises I1 and I2: runs the rules over the sources and compares what they give with what stands
 * in the topics.
 *
 * <p>First come the records that streams have read, then those in flight: what streams wrote after
 * the reading position was taken may rest on any of the latter. So where something differs, it is
 * broken only if nothing in flight bears on it. Used by one thread: all {@link #takeRead}, {@link
 * #compare}, all {@link #takeInFlight}, {@link #conclude}.
 */
final class SourceCheck {
  private final Findings findings;
  private final ExampleLog examples;
  private final DispositionLog dispositions;
  private final DeadLetterLog deadLetters;
  private final ExampleReplay replay;
  private final Map<String, LoggedExample> replayed = new HashMap<>();
  private final Set<String> itemsInFlight = new HashSet<>();
  private final List<ExampleSuspicion> suspectExamples = new ArrayList<>();
  private final List<DispositionSuspicion> suspectDispositions = new ArrayList<>();
  private final boolean isNewsInFlight;
  private boolean inFlight;
  private String viewHash = "";

  private record ExampleSuspicion(@Nullable LoggedExample expected, @Nullable LoggedExample found) {
    String itemId() {
      return expected == null ? found.itemId() : expected.itemId();
    }
  }

  private record DispositionSuspicion(
      int partition, EventIdentity identity, @Nullable Disposition found, String problem) {}

  /**
   * @param isNewsInFlight whether partitions have told each other what not all have heard
   */
  SourceCheck(
      Findings findings,
      StreamsSettings settings,
      TopicLayout layout,
      ExampleLog examples,
      DispositionLog dispositions,
      DeadLetterLog deadLetters,
      boolean isNewsInFlight) {
    this.findings = findings;
    this.examples = examples;
    this.dispositions = dispositions;
    this.deadLetters = deadLetters;
    this.isNewsInFlight = isNewsInFlight;
    this.replay = new ExampleReplay(settings, layout, this::emitted, this::setAside);
  }

  /** Takes the next record of those that streams have read. */
  void takeRead(LogRecord record) {
    replay.take(record);
    deadLetters.compare(record);
  }

  /** Takes the next record of those that streams have not read, or not all read. */
  void takeInFlight(LogRecord record) {
    inFlight = true;
    findings.count("records_in_flight");
    if (record.key() != null) {
      itemsInFlight.add(new String(record.key().toArray(), StandardCharsets.UTF_8));
    }
    replay.take(record);
    deadLetters.compare(record);
  }

  /** Compares what was read with what stands in the topics. */
  void compare() {
    findings.count("duplicates", replay.duplicates());
    compareExamples();
    replay.forEachDisposition(
        (partition, identity, expected) -> {
          @Nullable Disposition found = dispositions.find(partition, identity);
          findings.count("events");
          findings.count("events/" + expected.getClass().getSimpleName());
          if (!expected.equals(found)) {
            String problem = "has disposition %s, expected %s".formatted(shown(found), expected);
            suspectDispositions.add(new DispositionSuspicion(partition, identity, found, problem));
          }
        });
    dispositions.forEach(
        (partition, identity, found) -> {
          if (replay.disposition(partition, identity).isEmpty()) {
            suspectDispositions.add(
                new DispositionSuspicion(
                    partition,
                    identity,
                    found,
                    "has disposition %s in partition %d, but no such event was accepted there"
                        .formatted(found, partition)));
          }
        });
  }

  /** Says what is broken, now that all that is in flight is known. */
  void conclude() {
    concludeExamples();
    concludeDispositions();
    compareEvidence();
  }

  /** Returns the hash of the final view of what streams have read. */
  String viewHash() {
    return viewHash;
  }

  /** Whether something that streams may not have read bears on an item. */
  boolean isInFlight(String itemId) {
    return isNewsInFlight || itemsInFlight.contains(itemId);
  }

  /** Returns what the rules make of an event, those in flight included. */
  @Nullable Disposition replayed(int partition, EventIdentity identity) {
    return replay.disposition(partition, identity).orElse(null);
  }

  private void emitted(TrainingExample example) {
    replayed.put(example.exampleId(), LoggedExample.of("the sources", example));
    if (inFlight) {
      itemsInFlight.add(example.itemId());
    }
  }

  private void setAside(DeadLetter letter) {
    boolean withoutIdentity =
        switch (letter.reason()) {
          case UNDECODABLE, MIS_PARTITIONED -> true;
          case UNKNOWN_CANDIDATE,
              UNKNOWN_ITEM,
              SELF_COMPARISON,
              CONFLICTING_DUPLICATE,
              UNSUPPORTED_KIND,
              REJECTED,
              INVALID_RANKING,
              SPAN_OUTSIDE_TEXT,
              SCORE_OF_OTHER_TOKENS,
              NO_VERDICT,
              INVALID_RATING,
              INVALID_CORRECTION,
              UNKNOWN_TASK,
              FOREIGN_RETRACTION ->
              false;
        };
    if (withoutIdentity && !inFlight) {
      deadLetters.requireOne(letter);
    }
  }

  private void compareExamples() {
    SortedMap<String, String> view = new TreeMap<>();
    replayed.forEach(
        (id, example) -> {
          if (!example.isWithdrawn()) {
            view.put(id, example.contentHash());
          }
        });
    viewHash = FinalView.hash(view);
    findings.count("examples", view.size());
    Set<String> ids = new TreeSet<>(replayed.keySet());
    ids.addAll(examples.latest().keySet());
    for (String id : ids) {
      @Nullable LoggedExample expected = standing(replayed.get(id));
      @Nullable LoggedExample found = standing(examples.latest().get(id));
      boolean same = Objects.equals(contentHash(expected), contentHash(found));
      if (!same) {
        suspectExamples.add(new ExampleSuspicion(expected, found));
      }
    }
  }

  private void concludeExamples() {
    for (ExampleSuspicion suspicion : suspectExamples) {
      @Nullable LoggedExample expected = suspicion.expected;
      @Nullable LoggedExample found = suspicion.found;
      if (isInFlight(suspicion.itemId())) {
        findings.count("examples_in_flight");
      } else if (found == null) {
        findings.add(
            Promise.I2,
            Topics.EXAMPLES.name(),
            expected.exampleId(),
            "is missing; item %s should give %s".formatted(expected.itemId(), expected.says()));
      } else if (expected == null) {
        findings.add(
            Promise.I2,
            found.place(),
            found.exampleId(),
            "says %s, but the events of item %s give no such example"
                .formatted(found.says(), found.itemId()));
      } else {
        findings.add(
            Promise.I2,
            found.place(),
            found.exampleId(),
            "says %s, expected %s%s"
                .formatted(
                    found.says(),
                    expected.says(),
                    found.says().equals(expected.says()) ? " with other texts or spans" : ""));
      }
    }
  }

  private void concludeDispositions() {
    for (DispositionSuspicion suspicion : suspectDispositions) {
      EventIdentity identity = suspicion.identity;
      @Nullable Disposition found = suspicion.found;
      boolean changesInFlight =
          isInFlight(identity.itemId())
              || Objects.equals(found, replayed(suspicion.partition, identity));
      if (found != null && changesInFlight) {
        findings.count("events_in_flight");
      } else {
        findings.add(Promise.I1, place(suspicion.partition), identity, suspicion.problem);
      }
    }
  }

  /** That dispositions, examples and dead letters say the same of each event. */
  private void compareEvidence() {
    Map<EventIdentity, LoggedExample> evidence = new HashMap<>();
    Set<String> itemsNotNamedWhole = new HashSet<>();
    for (LoggedExample example : examples.latest().values()) {
      example
          .evidence()
          .eventIds()
          .forEach(id -> evidence.putIfAbsent(new EventIdentity(example.itemId(), id), example));
      if (example.evidence().eventIds().size() >= Limits.MAX_EVIDENCE) {
        itemsNotNamedWhole.add(example.itemId());
      }
    }
    dispositions.forEach(
        (partition, identity, disposition) -> {
          @Nullable LoggedExample example = evidence.remove(identity);
          if (isInFlight(identity.itemId())) {
            return;
          }
          switch (disposition) {
            case Disposition.InEvidence in -> {
              if (example == null && !itemsNotNamedWhole.contains(identity.itemId())) {
                findings.add(
                    Promise.I1, place(partition), identity, "is evidence of no current example");
              }
            }
            case Disposition.HeldOut out -> {
              if (example == null && !itemsNotNamedWhole.contains(identity.itemId())) {
                findings.add(
                    Promise.I1, place(partition), identity, "is held out in no current example");
              }
            }
            case Disposition.Retracted retracted ->
                requireNoEvidence(Promise.I8, identity, disposition, example);
            case Disposition.Erased erased ->
                requireNoEvidence(Promise.I8, identity, disposition, example);
            case Disposition.DeadLettered letter -> {
              requireNoEvidence(Promise.I1, identity, disposition, example);
              requireLetter(partition, identity, letter);
            }
            case Disposition.Waiting other ->
                requireNoEvidence(Promise.I1, identity, disposition, example);
            case Disposition.NoExample other ->
                requireNoEvidence(Promise.I1, identity, disposition, example);
            case Disposition.Superseded other ->
                requireNoEvidence(Promise.I1, identity, disposition, example);
            case Disposition.Discounted other ->
                requireNoEvidence(Promise.I1, identity, disposition, example);
            case Disposition.Gold other ->
                requireNoEvidence(Promise.I1, identity, disposition, example);
          }
        });
    evidence.forEach(
        (identity, example) -> {
          if (!isInFlight(identity.itemId())) {
            findings.add(
                Promise.I1,
                example.place(),
                identity,
                "is named as evidence of %s, but was never accepted"
                    .formatted(example.exampleId()));
          }
        });
  }

  private void requireNoEvidence(
      Promise promise,
      EventIdentity identity,
      Disposition disposition,
      @Nullable LoggedExample example) {
    if (example != null) {
      findings.add(
          promise,
          example.place(),
          identity,
          "is evidence of %s, but its disposition is %s"
              .formatted(example.exampleId(), disposition));
    }
  }

  /** A letter about something that fell due and failed names no event. */
  private void requireLetter(
      int partition, EventIdentity identity, Disposition.DeadLettered letter) {
    if (letter.reason() != DeadLetterReason.REJECTED && !deadLetters.names(identity.eventId())) {
      findings.add(
          Promise.I1,
          place(partition),
          identity,
          "has disposition %s, but no dead letter says so".formatted(letter));
    }
  }

  private static @Nullable LoggedExample standing(@Nullable LoggedExample example) {
    return example == null || example.isWithdrawn() ? null : example;
  }

  private static @Nullable String contentHash(@Nullable LoggedExample example) {
    return example == null ? null : example.contentHash();
  }

  private static String place(int partition) {
    return "identities-" + partition;
  }

  private static String shown(@Nullable Disposition disposition) {
    return disposition == null ? "none" : disposition.toString();
  }
}
