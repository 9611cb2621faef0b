/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.streams.Disposition;
import dev.plumbline.streams.EventIdentity;
import dev.plumbline.streams.replay.LogRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Promise I8, read off the feedback itself: what retractions take back is in no current example,
 * and the versions are named that learned from it, directly or by descent. Which annotator said an
 * event is read in a second pass, and where it went in a third, each only where something was taken
 * back.
 */
final class RetractionCheck {
  private final Findings findings;
  private final SourceCheck sources;
  private final List<Retraction> retractions = new ArrayList<>();
  private final Set<String> annotators = new HashSet<>();
  private final Set<EventIdentity> events = new HashSet<>();
  private final Map<String, Set<String>> candidates = new HashMap<>();
  private final List<Touched> touched = new ArrayList<>();

  private record Retraction(
      int partition, EventIdentity identity, Statement.RetractionScope scope) {}

  /** A revision that rests on something taken back. */
  private record Touched(int feed, long offset, String exampleId, SortedSet<String> because) {}

  RetractionCheck(Findings findings, SourceCheck sources) {
    this.findings = findings;
    this.sources = sources;
  }

  /** First pass: all of the feedback that streams have read. */
  void findRetraction(LogRecord record) {
    record
        .feedback()
        .ifPresent(
            event -> {
              if (event.statement() instanceof Statement.Retraction retraction) {
                retractions.add(
                    new Retraction(record.partition(), identity(event), retraction.scope()));
              }
            });
  }

  /**
   * Ends the first pass: keeps the retractions that the rules accept. Of one that was erased itself
   * nobody knows whether they did; what it took back has a disposition that says so.
   *
   * @param dispositions what streams remember
   * @return whether anything was taken back
   */
  boolean accept(DispositionLog dispositions) {
    for (Retraction retraction : retractions) {
      @Nullable Disposition own = sources.replayed(retraction.partition, retraction.identity);
      if (own == null
          || own instanceof Disposition.DeadLettered
          || own instanceof Disposition.Erased) {
        continue;
      }
      findings.count("retractions");
      String itemId = retraction.identity.itemId();
      switch (retraction.scope) {
        case Statement.OneEvent(String eventId) -> events.add(new EventIdentity(itemId, eventId));
        case Statement.OneCandidate(String candidateId) ->
            candidates.computeIfAbsent(itemId, fresh -> new HashSet<>()).add(candidateId);
        case Statement.WholeContribution(String annotatorId) -> annotators.add(annotatorId);
      }
    }
    dispositions.forEach(
        (partition, identity, disposition) -> {
          if (disposition instanceof Disposition.Retracted
              || disposition instanceof Disposition.Erased) {
            events.add(identity);
          }
        });
    return !events.isEmpty() || !candidates.isEmpty() || !annotators.isEmpty();
  }

  /** Second pass: whose events are taken back with all that their annotator said. */
  void findContribution(LogRecord record) {
    record
        .feedback()
        .filter(event -> annotators.contains(event.annotator().id()))
        .ifPresent(event -> events.add(identity(event)));
  }

  /** That no current example rests on what was taken back. */
  void checkExamples(ExampleLog examples) {
    for (LoggedExample example : examples.latest().values()) {
      if (sources.isInFlight(example.itemId()) || example.isWithdrawn()) {
        continue;
      }
      SortedSet<String> because =
          takenBack(example.itemId(), example.evidence().eventIds(), example.candidateIds());
      if (!because.isEmpty()) {
        findings.add(
            Promise.I8,
            example.place(),
            example.exampleId(),
            "rests on %s, which was taken back".formatted(because));
      }
    }
  }

  /** Third pass: the examples again, all revisions. */
  void findTouched(LogRecord record) {
    if (Topics.EXAMPLES.value().decode(record.value().toArray())
        instanceof TrainingExample example) {
      SortedSet<String> because =
          takenBack(
              example.itemId(),
              example.evidence().eventIds(),
              example.evidence().isWithdrawn()
                  ? List.of()
                  : LoggedExample.candidates(example).stream()
                      .map(candidate -> candidate.candidateId())
                      .toList());
      if (!because.isEmpty() && example.split() == Split.TRAIN) {
        touched.add(new Touched(record.partition(), record.offset(), example.exampleId(), because));
      }
    }
  }

  /** Returns the versions that learned from what was taken back, in the order of their records. */
  List<Tainted> tainted(List<VersionRecord> versions, ExampleLog examples) {
    Map<PolicyVersionId, SortedSet<String>> known = new TreeMap<>();
    List<Tainted> tainted = new ArrayList<>();
    for (VersionRecord record : versions) {
      SortedSet<String> direct = new TreeSet<>();
      for (ConsumedRange range : record.learned().consumed()) {
        for (Touched example : touched) {
          if (isLearned(example, range, examples)) {
            direct.addAll(example.because);
          }
        }
      }
      @Nullable PolicyVersionId parent = record.learned().parent();
      SortedSet<String> all =
          new TreeSet<>(
              parent == null
                  ? Collections.emptySortedSet()
                  : known.getOrDefault(parent, Collections.emptySortedSet()));
      if (!direct.isEmpty()) {
        tainted.add(new Tainted(record.id(), Tainted.Way.DIRECTLY, direct));
      } else if (!all.isEmpty()) {
        tainted.add(new Tainted(record.id(), Tainted.Way.BY_DESCENT, all));
      }
      all.addAll(direct);
      known.put(record.id(), all);
    }
    return tainted;
  }

  /** What a version doesn't say of its range follows from it: an example's last revision counts. */
  private static boolean isLearned(Touched example, ConsumedRange range, ExampleLog examples) {
    if (range.partition() != example.feed
        || example.offset < range.from()
        || example.offset >= range.to()) {
      return false;
    }
    return range
        .learned()
        .map(offsets -> offsets.contains(example.offset))
        .orElseGet(
            () ->
                examples.range(example.feed, example.offset + 1, range.to()).stream()
                    .noneMatch(later -> later.exampleId().equals(example.exampleId)));
  }

  private SortedSet<String> takenBack(
      String itemId, List<String> eventIds, List<String> candidateIds) {
    SortedSet<String> because = new TreeSet<>();
    for (String eventId : eventIds) {
      if (events.contains(new EventIdentity(itemId, eventId))) {
        because.add(eventId);
      }
    }
    Set<String> gone = candidates.getOrDefault(itemId, Set.of());
    for (String candidateId : candidateIds) {
      if (gone.contains(candidateId)) {
        because.add(candidateId);
      }
    }
    return because;
  }

  private static EventIdentity identity(FeedbackEvent event) {
    return new EventIdentity(event.itemId(), event.eventId());
  }
}
