/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings one question up to date after a vote, a reference or the clock changed: its phase, the
 * dispositions of its votes, what it waits for, and the example.
 *
 * <p>The phase is monotone in what is known: references only arrive, {@link Terms} only fall, the
 * clock only grows, and {@link QuestionState#mostEvidence} is latched in the order of the feedback
 * partition. So the phase finally reached depends on the records alone, not on how topics
 * interleaved.
 */
final class Settlement {
  private final StreamsSettings settings;
  private final PreferenceState known;
  private final Question question;
  private final QuestionState before;
  private final Ballot ballot;
  private final int mostEvidence;
  private final Missing missing;
  private final boolean isTooLarge;
  private final boolean isGold;
  private final Terms terms;
  private final Phase phase;

  /** A vote that was just given, with what identifies its event. */
  record Arrival(Vote vote, Manner manner, String contentHash, Origin origin) {}

  private Settlement(
      StreamsSettings settings,
      PreferenceState known,
      Question question,
      QuestionState before,
      Ballot ballot) {
    this.settings = settings;
    this.known = known;
    this.question = question;
    this.before = before;
    this.ballot = ballot;
    mostEvidence = Math.max(before.mostEvidence(), ballot.answers().size());
    missing = before.phase() == Phase.LACKING ? Missing.of(known, question) : Missing.NOTHING;
    isGold =
        ballot.answers().stream().anyMatch(vote -> settings.trust().isGold(vote.annotatorId()));
    isTooLarge = missing.isNothing() && isTooLarge(known, question);
    terms = before.phase() == Phase.READY ? Terms.MET : Terms.of(question, ballot, known, settings);
    if (!missing.isNothing()) {
      phase = Phase.LACKING;
    } else {
      phase = terms.areMet(mostEvidence, known.clock()) ? Phase.READY : Phase.GATHERING;
    }
  }

  /** Returns the question as it stands. */
  static Settlement of(
      StreamsSettings settings, PreferenceState known, Question question, QuestionState state) {
    return new Settlement(settings, known, question, state, Ballot.of(known.votes(question)));
  }

  /** Returns the effects of one more vote. */
  static List<Effect> afterVote(
      StreamsSettings settings, PreferenceState known, Question question, Arrival arrival) {
    Ballot votes = Ballot.of(known.votes(question));
    Admission admission = Admission.of(settings.trust(), known, question, votes, arrival);
    Ballot ballot = votes.with(admission.vote());
    var settlement = new Settlement(settings, known, question, known.question(question), ballot);
    List<Effect> effects = new ArrayList<>(admission.effects());
    effects.addAll(
        settlement.effects(
            new Arrival(
                admission.vote(), arrival.manner(), arrival.contentHash(), arrival.origin())));
    return effects;
  }

  /** Returns the effects of the newest snapshot on the votes that it weighs anew. */
  static List<Effect> afterSnapshot(
      StreamsSettings settings, PreferenceState known, Question question) {
    Ballot votes = Ballot.of(known.votes(question));
    Ballot ballot =
        votes.mapped(vote -> vote.weighed(vote.weighing().anew(vote.annotatorId(), known.trust())));
    if (ballot.votes().equals(votes.votes())) {
      return List.of();
    }
    List<Effect> effects = new ArrayList<>();
    ballot.votes().forEach(vote -> effects.add(new Effect.CastVote(question, vote)));
    effects.addAll(
        new Settlement(settings, known, question, known.question(question), ballot).effects(null));
    return effects;
  }

  /** Returns the effects of a vote counting no more, but for what rested on it. */
  static List<Effect> takeBack(
      StreamsSettings settings, Question question, QuestionState before, Vote vote) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.CastVote(question, vote.takenBack()));
    if (before.phase() == Phase.LACKING && waits(vote)) {
      effects.add(new Effect.Cease(wait(settings, question, vote)));
      effects.add(new Effect.Cease(parked(question, vote)));
    }
    return effects;
  }

  /** Returns the effects of a reference that arrived, of the clock, or of votes taken back. */
  static List<Effect> afterChange(
      StreamsSettings settings, PreferenceState known, Question question, QuestionState before) {
    Ballot ballot = Ballot.of(known.votes(question));
    return new Settlement(settings, known, question, before, ballot).effects(null);
  }

  /** Returns the effects on a question's example of a mark on one of its candidates. */
  static List<Effect> afterMark(
      StreamsSettings settings,
      PreferenceState known,
      Question question,
      QuestionState before,
      SpanMarks marks) {
    if (before.phase() != Phase.READY) {
      return List.of();
    }
    Ballot ballot = Ballot.of(known.votes(question));
    var settlement = new Settlement(settings, known, question, before, ballot);
    List<Effect> effects = new ArrayList<>();
    settlement.publish(settlement.news(marks), before.deadline(), effects);
    return effects;
  }

  /** Returns whether one of the {@code asked} questions has an example with the candidate. */
  static boolean hasExample(
      StreamsSettings settings,
      PreferenceState known,
      String itemId,
      String candidateId,
      Predicate<Question> asked) {
    return known.questions(itemId).entrySet().stream()
        .filter(entry -> entry.getKey().candidateIds().contains(candidateId))
        .filter(entry -> asked.test(entry.getKey()))
        .anyMatch(
            entry -> {
              Ballot ballot = Ballot.of(known.votes(entry.getKey()));
              return new Settlement(settings, known, entry.getKey(), entry.getValue(), ballot)
                  .hasExample();
            });
  }

  /** Returns the effects of a vote having waited as long as it may for its references. */
  static List<Effect> afterWait(
      StreamsSettings settings, PreferenceState known, Due.References due, Origin origin) {
    Question question = due.question();
    Ballot ballot = Ballot.of(known.votes(question));
    var settlement = new Settlement(settings, known, question, known.question(question), ballot);
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.Cease(due));
    for (Vote vote : ballot.standing()) {
      if (vote.eventId().equals(due.eventId()) && settlement.phase == Phase.LACKING) {
        effects.addAll(settlement.giveUp(vote, origin));
      }
    }
    return effects;
  }

  /** A vote whose wait was made longer meanwhile goes on waiting. */
  private List<Effect> giveUp(Vote vote, Origin origin) {
    if (!isOverdue(vote)) {
      return List.of(new Effect.Await(wait(vote), origin));
    }
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.SetAside(letter(vote, origin)));
    move(vote, effects);
    return effects;
  }

  private List<Effect> effects(@Nullable Arrival arrival) {
    List<Effect> effects = new ArrayList<>();
    if (arrival != null) {
      admit(arrival, effects);
    }
    if (arrival == null
        || phase != before.phase()
        || settings.trust().isGold(arrival.vote().annotatorId())) {
      for (Vote vote : ballot.standing()) {
        if (arrival == null || !vote.equals(arrival.vote())) {
          move(vote, effects);
          if (!waits(vote)) {
            continue;
          }
          if (phase != Phase.LACKING && before.phase() == Phase.LACKING) {
            effects.add(new Effect.Cease(wait(vote)));
          } else if (phase == Phase.LACKING) {
            known
                .awaiting(parked(question, vote))
                .ifPresent(origin -> revive(vote, origin, effects));
          }
        }
      }
    }
    if (phase != Phase.LACKING && before.phase() == Phase.LACKING) {
      ballot.votes().stream()
          .filter(vote -> !vote.isTakenBack() && waits(vote) && !ballot.stands(vote))
          .forEach(vote -> effects.add(new Effect.Cease(parked(question, vote))));
    }
    Instant deadline = watchDeadline(effects);
    SpanMarks marks =
        SpanMarks.of(phase == Phase.READY ? known.marks(question.itemId()) : List.of());
    Optional<News> news = news(marks);
    publish(news, deadline, effects);
    if (news.isPresent()) {
      effects.addAll(MarkSettlement.afterExample(settings, known, question, marks, hasExample()));
    }
    return effects;
  }

  /** An outcome that differs from what was emitted last. */
  private record News(Outcome outcome, String contentHash) {}

  private void publish(Optional<News> news, @Nullable Instant deadline, List<Effect> effects) {
    int revision = before.revision() + (news.isPresent() ? 1 : 0);
    String contentHash = news.map(News::contentHash).orElse(before.contentHash());
    news.ifPresent(it -> effects.add(new Effect.Emit(it.outcome().example(known, revision))));
    var after = new QuestionState(phase, mostEvidence, revision, contentHash, deadline);
    if (!after.equals(before) || before.equals(QuestionState.NEW)) {
      effects.add(new Effect.Remember(question, after));
    }
  }

  /** Returns whether there is an example, or will be once these effects are applied. */
  private boolean hasExample() {
    return phase == Phase.READY && !isTooLarge && !isGold && !ballot.evidence().isEmpty();
  }

  /** Returns the outcome if it differs from what was emitted last. */
  private Optional<News> news(SpanMarks marks) {
    if (phase != Phase.READY || isTooLarge) {
      return Optional.empty();
    }
    Ballot believed = isGold ? ballot.withoutEvidence() : ballot;
    Outcome outcome = Outcome.of(settings.trust().consensus(), question, believed, known, marks);
    boolean nothingToWithdraw = before.revision() == 0 && outcome.evidence().isWithdrawn();
    String contentHash = outcome.contentHash();
    return nothingToWithdraw || contentHash.equals(before.contentHash())
        ? Optional.empty()
        : Optional.of(new News(outcome, contentHash));
  }

  private void admit(Arrival arrival, List<Effect> effects) {
    Vote vote = arrival.vote();
    effects.add(new Effect.CastVote(question, vote));
    effects.add(
        new Effect.Identify(
            question.itemId(),
            vote.eventId(),
            new IdentifiedEvent(arrival.contentHash(), disposition(vote))));
    if (!ballot.stands(vote)) {
      if (phase == Phase.LACKING) {
        effects.add(new Effect.Await(parked(question, vote), arrival.origin()));
      }
      return;
    }
    ballot
        .before(vote)
        .ifPresent(
            superseded -> {
              move(superseded, effects);
              if (superseded.ground().isOutright()) {
                effects.add(
                    new Effect.CountChange(vote.verdict().isOpposite(superseded.verdict())));
              }
              if (before.phase() == Phase.LACKING && waits(superseded)) {
                park(superseded, effects);
              }
            });
    if (phase == Phase.LACKING) {
      waitOrGiveUp(vote, arrival.origin(), effects);
    }
  }

  private void waitOrGiveUp(Vote vote, Origin origin, List<Effect> effects) {
    effects.add(
        isOverdue(vote)
            ? new Effect.SetAside(letter(vote, origin))
            : new Effect.Await(wait(vote), origin));
  }

  /** A superseded vote waits for nothing, but its record is kept: it stands again if need be. */
  private void park(Vote superseded, List<Effect> effects) {
    Optional<Origin> origin = known.awaiting(wait(superseded));
    effects.add(new Effect.Cease(wait(superseded)));
    origin.ifPresent(record -> effects.add(new Effect.Await(parked(question, superseded), record)));
  }

  private void revive(Vote vote, Origin origin, List<Effect> effects) {
    effects.add(new Effect.Cease(parked(question, vote)));
    waitOrGiveUp(vote, origin, effects);
  }

  /** Only a question that lacks nothing but votes watches the clock: others are settled later. */
  private @Nullable Instant watchDeadline(List<Effect> effects) {
    Instant watched = before.deadline();
    boolean watch = phase == Phase.GATHERING && !terms.deadline().equals(Instant.MAX);
    Instant deadline = watch ? terms.deadline() : null;
    if (!Objects.equals(watched, deadline)) {
      if (watched != null) {
        effects.add(new Effect.Cease(new Due.Deadline(watched, question)));
      }
      if (deadline != null) {
        effects.add(new Effect.Await(new Due.Deadline(deadline, question), null));
      }
    }
    return deadline;
  }

  /** What becomes of an event with votes on several questions is told by {@link SharedEvents}. */
  private void move(Vote vote, List<Effect> effects) {
    if (SharedEvents.has(question, vote)) {
      return;
    }
    Optional<IdentifiedEvent> event = known.identified(question.itemId(), vote.eventId());
    Disposition next = disposition(vote);
    if (event.isPresent() && !event.get().disposition().equals(next)) {
      effects.add(
          new Effect.Identify(question.itemId(), vote.eventId(), event.get().movedTo(next)));
    }
  }

  /** Returns what becomes of an event by this vote of it alone. */
  Disposition disposition(Vote vote) {
    if (!ballot.stands(vote)) {
      return new Disposition.Superseded();
    }
    if (phase == Phase.LACKING) {
      return isOverdue(vote)
          ? new Disposition.DeadLettered(missing.reason())
          : new Disposition.Waiting();
    }
    if (isGold) {
      return new Disposition.Gold();
    }
    return switch (vote.verdict()) {
      case Verdict.OfPair.BOTH_BAD -> new Disposition.NoExample(Disposition.Cause.BOTH_BAD);
      case Verdict.OfPair.CANT_TELL -> new Disposition.NoExample(Disposition.Cause.CANT_TELL);
      case Verdict.OfPair evidence -> asEvidence(vote);
      case Verdict.OfOne evidence -> asEvidence(vote);
      case Verdict.Order evidence -> asEvidence(vote);
      case Verdict.Marks marks -> new Disposition.Waiting();
    };
  }

  private Disposition asEvidence(Vote vote) {
    Disposition.Discount discount = vote.weighing().discount();
    if (discount != null) {
      return new Disposition.Discounted(discount);
    }
    if (isTooLarge) {
      return new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS);
    }
    return phase == Phase.READY
        ? Disposition.inExample(question.itemId())
        : new Disposition.Waiting();
  }

  /** An implied vote waits for nothing: the answers that imply it wait for its candidates. */
  private static boolean waits(Vote vote) {
    return !(vote.ground() instanceof Ground.Implied);
  }

  private Due.References wait(Vote vote) {
    return wait(settings, question, vote);
  }

  private static Due.References wait(StreamsSettings settings, Question question, Vote vote) {
    return new Due.References(
        vote.acceptedAt().plus(settings.referenceWait()), question, vote.eventId());
  }

  private static Due.References parked(Question question, Vote vote) {
    return new Due.References(Instant.MAX, question, vote.eventId());
  }

  private boolean isOverdue(Vote vote) {
    return !known.clock().isBefore(wait(vote).at());
  }

  private DeadLetter letter(Vote vote, Origin origin) {
    String detail = missing.detail("vote", settings.referenceWait());
    return origin.deadLetter(missing.reason(), detail, vote.eventId(), vote.acceptedAt());
  }

  /** Two candidates and their prompt always fit; only rankings can speak of more. */
  private static boolean isTooLarge(PreferenceState known, Question question) {
    if (question.candidateIds().size() <= 2) {
      return false;
    }
    long bytes = known.prompt(question.itemId()).orElseThrow().text().sizeBytes();
    for (String candidateId : question.candidateIds()) {
      Text text = known.completion(question.itemId(), candidateId).orElseThrow().text();
      bytes += text.sizeBytes();
    }
    return bytes > Limits.MAX_EXAMPLE_TEXT_BYTES;
  }
}
