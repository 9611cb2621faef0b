/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Brings the span marks on one candidate up to date after a mark, a reference, the clock or an
 * example changed: their dispositions, what they wait for, and the examples that carry them.
 *
 * <p>A mark says nothing of who is better: it makes no example, but rides in every example of its
 * item that holds the candidate. Its disposition is a pure function of the marks, the references,
 * the clock and whether there is such an example.
 */
final class MarkSettlement {
  private final StreamsSettings settings;
  private final PreferenceState known;
  private final String itemId;
  private final String candidateId;
  private final SpanMarks marks;
  private final boolean hasExample;
  private final Missing missing;
  private final int lengthChars;
  private final Set<String> carriedIds;

  /** A mark that was just made, with what identifies its event. */
  record Arrival(SpanMark mark, String contentHash, Origin origin) {}

  private MarkSettlement(
      StreamsSettings settings,
      PreferenceState known,
      String itemId,
      String candidateId,
      SpanMarks marks,
      boolean hasExample) {
    this.settings = settings;
    this.known = known;
    this.itemId = itemId;
    this.candidateId = candidateId;
    this.marks = marks;
    this.hasExample = hasExample;
    missing = Missing.of(known, itemId, List.of(candidateId));
    lengthChars = known.completion(itemId, candidateId).map(Completion::lengthChars).orElse(0);
    carriedIds =
        CarriedSpans.of(marks.standingOn(candidateId), lengthChars).marks().stream()
            .map(SpanMark::eventId)
            .collect(Collectors.toSet());
  }

  /** Returns the effects of one more mark. */
  static List<Effect> afterMark(
      StreamsSettings settings, PreferenceState known, String itemId, Arrival arrival) {
    SpanMarks marks = SpanMarks.of(known.marks(itemId)).with(arrival.mark());
    String candidateId = arrival.mark().about().candidateId();
    boolean hasExample = Settlement.hasExample(settings, known, itemId, candidateId, other -> true);
    var settlement = new MarkSettlement(settings, known, itemId, candidateId, marks, hasExample);
    List<Effect> effects = new ArrayList<>();
    settlement.admit(arrival, effects);
    settlement.moveStanding(effects);
    settlement.carry(effects);
    return effects;
  }

  /** Revises the examples that carry the marks. */
  private void carry(List<Effect> effects) {
    for (Map.Entry<Question, QuestionState> asked : known.questions(itemId).entrySet()) {
      if (asked.getKey().candidateIds().contains(candidateId)) {
        effects.addAll(
            Settlement.afterMark(settings, known, asked.getKey(), asked.getValue(), marks));
      }
    }
  }

  /** Returns the effects of the newest snapshot on the marks that it weighs anew. */
  static List<Effect> afterSnapshot(
      StreamsSettings settings, PreferenceState known, String itemId, String candidateId) {
    List<SpanMark> before = known.marks(itemId);
    List<SpanMark> after =
        before.stream()
            .map(mark -> mark.about().candidateId().equals(candidateId) ? anew(mark, known) : mark)
            .toList();
    List<Effect> effects = new ArrayList<>();
    if (!after.equals(before)) {
      after.forEach(mark -> effects.add(new Effect.KeepMark(itemId, mark)));
      SpanMarks marks = SpanMarks.of(after);
      boolean hasExample =
          Settlement.hasExample(settings, known, itemId, candidateId, other -> true);
      var settlement = new MarkSettlement(settings, known, itemId, candidateId, marks, hasExample);
      settlement.moveStanding(effects);
      settlement.carry(effects);
    }
    return effects;
  }

  private static SpanMark anew(SpanMark mark, PreferenceState known) {
    return mark.weighed(mark.weighing().anew(mark.about().annotatorId(), known.trust()));
  }

  /** Returns the effects on the marks of a candidate whose completion or prompt arrived. */
  static List<Effect> afterReference(
      StreamsSettings settings, PreferenceState known, String itemId, Predicate<String> concerned) {
    SpanMarks marks = SpanMarks.of(known.marks(itemId));
    List<Effect> effects = new ArrayList<>();
    for (String candidateId : marks.candidateIds()) {
      if (concerned.test(candidateId)) {
        boolean hasExample =
            Settlement.hasExample(settings, known, itemId, candidateId, other -> true);
        new MarkSettlement(settings, known, itemId, candidateId, marks, hasExample).takeUp(effects);
      }
    }
    return effects;
  }

  /**
   * Returns the effects on marks of an example that was emitted or withdrawn.
   *
   * @param isEmitted whether it was emitted
   */
  static List<Effect> afterExample(
      StreamsSettings settings,
      PreferenceState known,
      Question question,
      SpanMarks marks,
      boolean isEmitted) {
    String itemId = question.itemId();
    List<Effect> effects = new ArrayList<>();
    for (String candidateId : question.candidateIds()) {
      if (!marks.standingOn(candidateId).isEmpty()) {
        boolean hasExample =
            isEmitted
                || Settlement.hasExample(
                    settings, known, itemId, candidateId, other -> !other.equals(question));
        new MarkSettlement(settings, known, itemId, candidateId, marks, hasExample)
            .moveStanding(effects);
      }
    }
    return effects;
  }

  /** Returns the effects of a mark being taken back, but for what rested on it. */
  static List<Effect> takeBack(StreamsSettings settings, String itemId, SpanMark mark) {
    return List.of(
        new Effect.DropMark(itemId, mark.eventId()),
        new Effect.Cease(wait(settings, itemId, mark)),
        new Effect.Cease(parked(itemId, mark)));
  }

  /** Returns the effects of marks on some candidates having been taken back. */
  static List<Effect> afterRetraction(
      StreamsSettings settings, PreferenceState known, String itemId, Set<String> candidateIds) {
    SpanMarks marks = SpanMarks.of(known.marks(itemId));
    List<Effect> effects = new ArrayList<>();
    for (String candidateId : candidateIds) {
      boolean hasExample =
          Settlement.hasExample(settings, known, itemId, candidateId, other -> true);
      var settlement = new MarkSettlement(settings, known, itemId, candidateId, marks, hasExample);
      settlement.reviveStanding(effects);
      settlement.moveStanding(effects);
    }
    known
        .questions(itemId)
        .forEach(
            (question, before) -> {
              if (!Collections.disjoint(question.candidateIds(), candidateIds)) {
                effects.addAll(Settlement.afterMark(settings, known, question, before, marks));
              }
            });
    return effects;
  }

  /** Returns the effects of a mark having waited as long as it may for its references. */
  static List<Effect> afterWait(
      StreamsSettings settings, PreferenceState known, Due.MarkReferences due, Origin origin) {
    SpanMarks marks = SpanMarks.of(known.marks(due.itemId()));
    var settlement =
        new MarkSettlement(settings, known, due.itemId(), due.candidateId(), marks, false);
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.Cease(due));
    for (SpanMark mark : marks.standingOn(due.candidateId())) {
      if (mark.eventId().equals(due.eventId()) && !settlement.missing.isNothing()) {
        settlement.waitOrGiveUp(mark, origin, effects);
        settlement.move(mark, effects);
      }
    }
    return effects;
  }

  private void admit(Arrival arrival, List<Effect> effects) {
    SpanMark mark = arrival.mark();
    Disposition disposition = disposition(mark);
    effects.add(new Effect.KeepMark(itemId, mark));
    long epoch = mark.weighing().epoch();
    if (!known.trust().isCompleteThrough(epoch - 1)) {
      effects.add(new Effect.AwaitTrust(epoch, new Weighable.OfMarks(itemId, candidateId)));
    }
    effects.add(
        new Effect.Identify(
            itemId, mark.eventId(), new IdentifiedEvent(arrival.contentHash(), disposition)));
    if (isOutside(disposition)) {
      effects.add(new Effect.SetAside(outsideLetter(mark, arrival.origin())));
    }
    if (!marks.stands(mark)) {
      if (!missing.isNothing()) {
        effects.add(new Effect.Await(parked(itemId, mark), arrival.origin()));
      }
      return;
    }
    marks
        .before(mark)
        .ifPresent(
            superseded -> {
              move(superseded, effects);
              effects.add(new Effect.CountChange(false));
              if (!missing.isNothing()) {
                park(superseded, effects);
              }
            });
    if (!missing.isNothing()) {
      waitOrGiveUp(mark, arrival.origin(), effects);
    }
  }

  /** A superseded mark waits for nothing, but its record is kept: it stands again if need be. */
  private void park(SpanMark superseded, List<Effect> effects) {
    Optional<Origin> origin = known.awaiting(wait(superseded));
    effects.add(new Effect.Cease(wait(superseded)));
    origin.ifPresent(record -> effects.add(new Effect.Await(parked(itemId, superseded), record)));
  }

  private void reviveStanding(List<Effect> effects) {
    if (missing.isNothing()) {
      return;
    }
    for (SpanMark mark : marks.standingOn(candidateId)) {
      known
          .awaiting(parked(itemId, mark))
          .ifPresent(
              origin -> {
                effects.add(new Effect.Cease(parked(itemId, mark)));
                waitOrGiveUp(mark, origin, effects);
              });
    }
  }

  /** Ends the wait of the marks, all that they speak of being known for the first time. */
  private void takeUp(List<Effect> effects) {
    if (missing.isNothing()) {
      for (SpanMark mark : marks.on(candidateId)) {
        Due wait = marks.stands(mark) ? wait(mark) : parked(itemId, mark);
        Optional<Origin> origin = known.awaiting(wait);
        effects.add(new Effect.Cease(wait));
        if (origin.isPresent() && isOutside(disposition(mark))) {
          effects.add(new Effect.SetAside(outsideLetter(mark, origin.get())));
        }
        move(mark, effects);
      }
    } else {
      moveStanding(effects);
    }
  }

  private void waitOrGiveUp(SpanMark mark, Origin origin, List<Effect> effects) {
    effects.add(
        isOverdue(mark)
            ? new Effect.SetAside(missingLetter(mark, origin))
            : new Effect.Await(wait(mark), origin));
  }

  private void moveStanding(List<Effect> effects) {
    marks.standingOn(candidateId).forEach(mark -> move(mark, effects));
  }

  private void move(SpanMark mark, List<Effect> effects) {
    Optional<IdentifiedEvent> event = known.identified(itemId, mark.eventId());
    Disposition next = disposition(mark);
    if (event.isPresent() && !event.get().disposition().equals(next)) {
      effects.add(new Effect.Identify(itemId, mark.eventId(), event.get().movedTo(next)));
    }
  }

  private Disposition disposition(SpanMark mark) {
    if (missing.isNothing() && mark.about().endChar() > lengthChars) {
      return new Disposition.DeadLettered(DeadLetterReason.SPAN_OUTSIDE_TEXT);
    }
    if (!marks.stands(mark)) {
      return new Disposition.Superseded();
    }
    if (!missing.isNothing()) {
      return isOverdue(mark)
          ? new Disposition.DeadLettered(missing.reason())
          : new Disposition.Waiting();
    }
    if (mark.weighing().discount() != null) {
      return new Disposition.Discounted(mark.weighing().discount());
    }
    if (!carriedIds.contains(mark.eventId())) {
      return new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS);
    }
    return hasExample ? Disposition.inExample(itemId) : new Disposition.Waiting();
  }

  private static boolean isOutside(Disposition disposition) {
    return disposition.equals(new Disposition.DeadLettered(DeadLetterReason.SPAN_OUTSIDE_TEXT));
  }

  private Due.MarkReferences wait(SpanMark mark) {
    return wait(settings, itemId, mark);
  }

  private static Due.MarkReferences wait(StreamsSettings settings, String itemId, SpanMark mark) {
    Instant at = mark.acceptedAt().plus(settings.referenceWait());
    return new Due.MarkReferences(at, itemId, mark.about().candidateId(), mark.eventId());
  }

  private static Due.MarkReferences parked(String itemId, SpanMark mark) {
    return new Due.MarkReferences(Instant.MAX, itemId, mark.about().candidateId(), mark.eventId());
  }

  private boolean isOverdue(SpanMark mark) {
    return !known.clock().isBefore(wait(mark).at());
  }

  private DeadLetter missingLetter(SpanMark mark, Origin origin) {
    String detail = missing.detail("mark", settings.referenceWait());
    return origin.deadLetter(missing.reason(), detail, mark.eventId(), mark.acceptedAt());
  }

  private DeadLetter outsideLetter(SpanMark mark, Origin origin) {
    String detail =
        "the span %d to %d lies outside the text of candidate %s of item %s, which has %d characters"
            .formatted(
                mark.about().startChar(), mark.about().endChar(), candidateId, itemId, lengthChars);
    return origin.deadLetter(
        DeadLetterReason.SPAN_OUTSIDE_TEXT, detail, mark.eventId(), mark.acceptedAt());
  }
}
