/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes back one event, a candidate with all that was said of it, or all that a person contributed,
 * the items whose prompts are that person's own text included.
 *
 * <p>A retraction lasts: it may come before what it takes back, and what it takes back may come
 * again. An event is taken back as a whole: its votes, its mark, its score. What is left is settled
 * as if it had never been said, but for when an example was ready: that stays ({@link Settlement}).
 *
 * <p>Annotators take back what they said themselves, the operators of the settings whatever they
 * see fit. A retraction can't be retracted. Since all that feedback says of an item stands in one
 * partition, its order decides; scores and prompts, which come from other topics, end up the same
 * on either side of a retraction.
 */
final class Retractions {
  private final StreamsSettings settings;
  private final Draft draft;
  private boolean isRetracted;
  private boolean isOfErased;

  Retractions(StreamsSettings settings, Draft draft) {
    this.settings = settings;
    this.draft = draft;
  }

  /** Returns what becomes of an event that was taken back before it arrived. */
  Optional<Disposition> beforeTakingUp(FeedbackEvent event) {
    return beforeTakingUp(
        new Contribution(event.annotator().id(), event.itemId(), event.eventId()),
        Spoken.candidateIds(event.statement()),
        event.statement() instanceof Statement.Retraction);
  }

  /** Returns what becomes of a score that was taken back before it arrived. */
  Optional<Disposition> beforeTakingUp(RewardScore score) {
    return beforeTakingUp(
        new Contribution(score.judge().id(), score.itemId(), score.eventId()),
        List.of(score.completionId()),
        false);
  }

  /** Takes back all that was said of an item whose prompt just came, if its subject was erased. */
  void beforeTakingUp(Prompt prompt) {
    if (prompt.subject() != null) {
      draft.add(new Effect.Entrust(prompt.subject(), prompt.itemId()));
      if (draft.isTakenBack(new TakenBack.Person(prompt.subject()))) {
        eraseItem(prompt.itemId());
      }
    }
  }

  private Optional<Disposition> beforeTakingUp(
      Contribution contribution, Collection<String> candidateIds, boolean isRetraction) {
    if (!draft.hasTakenBack()) {
      return Optional.empty();
    }
    String itemId = contribution.itemId();
    boolean isMeant = false;
    for (EventRetraction retraction : draft.retractions(itemId, contribution.eventId())) {
      if (isRetraction) {
        refuseRetractionOfRetraction(retraction);
      } else if (mayTakeBack(retraction, contribution)) {
        isMeant = true;
      } else {
        refuseForeign(retraction);
      }
    }
    isRetracted =
        isMeant
            || candidateIds.stream()
                .anyMatch(id -> draft.isTakenBack(new TakenBack.Candidate(itemId, id)));
    isOfErased = draft.isTakenBack(new TakenBack.Person(contribution.annotatorId()));
    if (isOfErased || draft.isTakenBack(new TakenBack.Item(itemId))) {
      return Optional.of(new Disposition.Erased());
    }
    return isRetracted ? Optional.of(new Disposition.Retracted()) : Optional.empty();
  }

  /**
   * Returns whether what was last found taken back is so only because its item was, whose prompt is
   * the text of somebody erased: a vote on it still says whom to believe.
   */
  boolean isMeantByNobody() {
    return !isRetracted && !isOfErased;
  }

  /** Takes back what a retraction that just came names. */
  void take(FeedbackEvent event, Statement.RetractionScope scope, Origin origin) {
    var arrival = new Arrival(event, origin);
    switch (scope) {
      case Statement.OneEvent(String eventId) -> takeBackEvent(arrival, eventId);
      case Statement.OneCandidate(String candidateId) -> takeBackCandidate(arrival, candidateId);
      case Statement.WholeContribution(String annotatorId) -> takeBackPerson(arrival, annotatorId);
    }
  }

  private record Arrival(FeedbackEvent event, Origin origin) {}

  private void takeBackEvent(Arrival arrival, String eventId) {
    FeedbackEvent event = arrival.event();
    var retraction =
        new EventRetraction(
            event.itemId(),
            eventId,
            event.eventId(),
            event.annotator().id(),
            isOperator(event),
            arrival.origin());
    identify(arrival, new Disposition.NoExample(Disposition.Cause.RETRACTION));
    Optional<IdentifiedEvent> target = draft.identified(event.itemId(), eventId);
    if (target.isEmpty()) {
      draft.add(new Effect.KeepRetraction(retraction));
    } else if (eventId.equals(event.eventId()) || isRetraction(target.get().disposition())) {
      refuseRetractionOfRetraction(retraction);
    } else if (!retraction.isByOperator()
        && !draft.isCredited(new Contribution(event.annotator().id(), event.itemId(), eventId))) {
      refuseForeign(retraction);
    } else {
      draft.add(new Effect.KeepRetraction(retraction));
      takeBack(event.itemId(), Set.of(eventId), new Disposition.Retracted());
    }
  }

  private void takeBackCandidate(Arrival arrival, String candidateId) {
    FeedbackEvent event = arrival.event();
    if (!isOperator(event) && !isEditedBy(event.annotator().id(), event.itemId(), candidateId)) {
      refuse(
          arrival,
          "candidate %s of item %s can be taken back by an operator named in the settings, or by who wrote it as a correction, but was by %s"
              .formatted(candidateId, event.itemId(), event.annotator().id()));
      return;
    }
    identify(arrival, new Disposition.NoExample(Disposition.Cause.RETRACTION));
    draft.add(new Effect.TakeBack(new TakenBack.Candidate(event.itemId(), candidateId)));
    takeBack(event.itemId(), saidOf(event.itemId(), candidateId), new Disposition.Retracted());
  }

  private void takeBackPerson(Arrival arrival, String personId) {
    FeedbackEvent event = arrival.event();
    if (!event.annotator().id().equals(personId) && !isOperator(event)) {
      refuse(
          arrival,
          "the whole contribution of %s can be taken back by that annotator or by an operator named in the settings, but was by %s"
              .formatted(personId, event.annotator().id()));
      return;
    }
    identify(arrival, new Disposition.NoExample(Disposition.Cause.RETRACTION));
    draft.add(new Effect.TakeBack(new TakenBack.Person(personId)));
    Map<String, Set<String>> byItem = new TreeMap<>();
    for (Contribution said : draft.contributions(personId)) {
      byItem.computeIfAbsent(said.itemId(), none -> new TreeSet<>()).add(said.eventId());
    }
    byItem.forEach((itemId, eventIds) -> takeBack(itemId, eventIds, new Disposition.Erased()));
    draft.itemsOf(personId).forEach(this::eraseItem);
  }

  private void eraseItem(String itemId) {
    draft.add(new Effect.TakeBack(new TakenBack.Item(itemId)));
    takeBack(itemId, draft.identified(itemId).keySet(), new Disposition.Erased());
  }

  private Set<String> saidOf(String itemId, String candidateId) {
    Set<String> eventIds = new TreeSet<>();
    for (Question question : draft.questions(itemId).keySet()) {
      if (question.candidateIds().contains(candidateId)) {
        draft.votes(question).stream()
            .filter(vote -> !(vote.ground() instanceof Ground.Implied))
            .forEach(vote -> eventIds.add(vote.eventId()));
      }
    }
    for (SpanMark mark : draft.marks(itemId)) {
      if (mark.about().candidateId().equals(candidateId)) {
        eventIds.add(mark.eventId());
      }
    }
    for (RewardScore score : draft.scores(itemId)) {
      if (score.completionId().equals(candidateId)) {
        eventIds.add(score.eventId());
      }
    }
    return eventIds;
  }

  private boolean isEditedBy(String annotatorId, String itemId, String candidateId) {
    return draft.questions(itemId).keySet().stream()
        .filter(question -> question.candidateIds().contains(candidateId))
        .flatMap(question -> draft.votes(question).stream())
        .anyMatch(
            vote ->
                vote.annotatorId().equals(annotatorId)
                    && editedId(itemId, vote).filter(candidateId::equals).isPresent());
  }

  /** Returns the candidate that an edit made, if the vote is one for it. */
  private static Optional<String> editedId(String itemId, Vote vote) {
    return vote.ground() instanceof Ground.Edited
        ? Optional.of(Identity.correctionId(itemId, vote.eventId()))
        : Optional.empty();
  }

  /** Takes back events of one item and settles what rested on them. */
  private void takeBack(String itemId, Collection<String> eventIds, Disposition disposition) {
    Set<String> all = withAllOfEdits(itemId, eventIds);
    for (String eventId : all) {
      Disposition next = eventIds.contains(eventId) ? disposition : new Disposition.Retracted();
      draft
          .identified(itemId, eventId)
          .filter(event -> !(event.disposition() instanceof Disposition.Erased))
          .ifPresent(event -> draft.add(new Effect.Identify(itemId, eventId, event.movedTo(next))));
    }
    Set<String> annotators = new TreeSet<>();
    Set<Question> changed = takeBackVotes(itemId, all, annotators);
    Set<String> marked = takeBackMarks(itemId, all);
    boolean isScored = takeBackScores(itemId, all);
    var implications = new Implications(settings, draft);
    for (String annotatorId : annotators) {
      changed.addAll(implications.follow(itemId, annotatorId));
    }
    for (Question question : changed) {
      draft.add(Settlement.afterChange(settings, draft, question, draft.question(question)));
    }
    if (!marked.isEmpty()) {
      draft.add(MarkSettlement.afterRetraction(settings, draft, itemId, marked));
    }
    if (isScored) {
      draft.add(RewardSettlement.afterRetraction(settings, draft, itemId));
    }
  }

  /** With a correction goes the text that it made, and with that all that was said of it. */
  private Set<String> withAllOfEdits(String itemId, Collection<String> eventIds) {
    Set<String> all = new TreeSet<>(eventIds);
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Question question : draft.questions(itemId).keySet()) {
        for (Vote vote : draft.votes(question)) {
          Optional<String> edited = editedId(itemId, vote);
          if (all.contains(vote.eventId()) && edited.isPresent()) {
            draft.add(new Effect.TakeBack(new TakenBack.Candidate(itemId, edited.get())));
            grew |= all.addAll(saidOf(itemId, edited.get()));
          }
        }
      }
    }
    return all;
  }

  /**
   * Returns the questions that were voted on.
   *
   * @param annotators those who implied votes may come and go with what they said
   */
  private Set<Question> takeBackVotes(String itemId, Set<String> eventIds, Set<String> annotators) {
    Set<Question> changed = new LinkedHashSet<>();
    for (Map.Entry<Question, QuestionState> asked : draft.questions(itemId).entrySet()) {
      Question question = asked.getKey();
      for (Vote vote : draft.votes(question)) {
        if (eventIds.contains(vote.eventId()) && !vote.isTakenBack()) {
          draft.add(Settlement.takeBack(settings, question, asked.getValue(), vote));
          changed.add(question);
          if (SharedEvents.has(question, vote)) {
            annotators.add(vote.annotatorId());
          }
        }
      }
    }
    return changed;
  }

  /** Returns the candidates that were marked. */
  private Set<String> takeBackMarks(String itemId, Set<String> eventIds) {
    Set<String> candidateIds = new TreeSet<>();
    for (SpanMark mark : draft.marks(itemId)) {
      if (eventIds.contains(mark.eventId())) {
        draft.add(MarkSettlement.takeBack(settings, itemId, mark));
        candidateIds.add(mark.about().candidateId());
      }
    }
    return candidateIds;
  }

  private boolean takeBackScores(String itemId, Set<String> eventIds) {
    boolean isScored = false;
    for (RewardScore score : draft.scores(itemId)) {
      if (eventIds.contains(score.eventId())) {
        draft.add(RewardSettlement.takeBack(settings, score));
        isScored = true;
      }
    }
    return isScored;
  }

  private boolean isOperator(FeedbackEvent event) {
    return settings.kinds().operators().contains(event.annotator().id());
  }

  private static boolean mayTakeBack(EventRetraction retraction, Contribution contribution) {
    return retraction.isByOperator() || retraction.annotatorId().equals(contribution.annotatorId());
  }

  private static boolean isRetraction(Disposition disposition) {
    return disposition.equals(new Disposition.NoExample(Disposition.Cause.RETRACTION))
        || disposition.equals(new Disposition.DeadLettered(DeadLetterReason.FOREIGN_RETRACTION));
  }

  private void refuseForeign(EventRetraction retraction) {
    refuse(
        retraction,
        DeadLetterReason.FOREIGN_RETRACTION,
        "event %s of item %s was said by somebody else than %s, who takes it back"
            .formatted(retraction.eventId(), retraction.itemId(), retraction.annotatorId()));
  }

  private void refuseRetractionOfRetraction(EventRetraction retraction) {
    refuse(
        retraction,
        DeadLetterReason.REJECTED,
        "event %s of item %s is itself a retraction, which can't be taken back; say again what it took back, under a new id"
            .formatted(retraction.eventId(), retraction.itemId()));
  }

  private void refuse(EventRetraction retraction, DeadLetterReason reason, String detail) {
    draft.add(new Effect.DropRetraction(retraction));
    draft
        .identified(retraction.itemId(), retraction.retractionId())
        .filter(event -> isRetraction(event.disposition()))
        .ifPresent(
            event -> {
              draft.add(
                  new Effect.Identify(
                      retraction.itemId(),
                      retraction.retractionId(),
                      event.movedTo(new Disposition.DeadLettered(reason))));
              draft.add(
                  new Effect.SetAside(
                      retraction
                          .origin()
                          .deadLetter(reason, detail, retraction.retractionId(), draft.clock())));
            });
  }

  private void refuse(Arrival arrival, String detail) {
    DeadLetterReason reason = DeadLetterReason.FOREIGN_RETRACTION;
    identify(arrival, new Disposition.DeadLettered(reason));
    draft.add(
        new Effect.SetAside(
            arrival
                .origin()
                .deadLetter(
                    reason, detail, arrival.event().eventId(), arrival.event().acceptedAt())));
  }

  private void identify(Arrival arrival, Disposition disposition) {
    FeedbackEvent event = arrival.event();
    draft.add(
        new Effect.Identify(
            event.itemId(),
            event.eventId(),
            new IdentifiedEvent(event.contentHash(), disposition)));
  }
}
