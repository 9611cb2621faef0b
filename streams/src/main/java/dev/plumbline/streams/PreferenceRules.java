/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.kafka.TopicLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides what follows from a record, given what its partition knows. Pure: reads state, writes
 * nothing, and knows no Kafka. What it throws is the fault of the record; {@link #reject} says what
 * follows then.
 */
final class PreferenceRules {
  private final StreamsSettings settings;
  private final TopicLayout layout;

  /** What identifies a feedback event or a score, who said it, and when. */
  private record Said(
      String itemId, String eventId, String annotatorId, String contentHash, Instant acceptedAt) {
    static Said of(FeedbackEvent event) {
      return new Said(
          event.itemId(),
          event.eventId(),
          event.annotator().id(),
          event.contentHash(),
          event.acceptedAt());
    }

    static Said of(RewardScore score) {
      return new Said(
          score.itemId(),
          score.eventId(),
          score.judge().id(),
          score.contentHash(),
          score.acceptedAt());
    }

    Contribution contribution() {
      return new Contribution(annotatorId, itemId, eventId);
    }
  }

  /** An event, what identifies it, which takes a hash to tell, and its record. */
  private record Heard(FeedbackEvent event, Said said, Origin origin) {}

  PreferenceRules(StreamsSettings settings, TopicLayout layout) {
    this.settings = settings;
    this.layout = layout;
  }

  /** Returns the effects of {@code input}, to be applied in order. */
  List<Effect> decide(PreferenceState state, Input input) {
    return switch (input) {
      case Input.PromptArrived arrived -> prompt(state, arrived);
      case Input.CompletionArrived arrived -> completion(state, arrived);
      case Input.TaskArrived arrived -> task(state, arrived);
      case Input.EventArrived arrived -> event(state, arrived);
      case Input.ScoreArrived arrived -> score(state, arrived);
      case Input.TimePassed passed -> advance(state, passed.tick().acceptedAt());
      case Input.FellDue fell -> due(state, fell);
      case Input.SnapshotArrived arrived -> snapshot(state, arrived.weighable());
      case Input.Refused refused -> List.of(refusal(state, refused));
    };
  }

  /** Returns what follows when {@link #decide} failed on {@code input}. */
  List<Effect> reject(PreferenceState state, Input input, RuntimeException failure) {
    String detail = "deciding on it failed: " + failure;
    Effect letter = letter(state, input.origin(), DeadLetterReason.REJECTED, detail);
    return switch (input) {
      case Input.EventArrived(Origin origin, FeedbackEvent event) ->
          Stream.concat(
                  advance(state, event.acceptedAt()).stream(),
                  rejectSaid(state, origin, Said.of(event), detail).stream())
              .toList();
      case Input.FellDue(Origin origin, Due.References due) ->
          rejectDue(state, due, due.question().itemId(), due.eventId(), letter);
      case Input.FellDue(Origin origin, Due.MarkReferences due) ->
          rejectDue(state, due, due.itemId(), due.eventId(), letter);
      case Input.FellDue(Origin origin, Due.ScoreReferences due) -> {
        String eventId = Identity.rewardId(due.itemId(), due.completionId(), due.judgeId());
        yield rejectDue(state, due, due.itemId(), eventId, letter);
      }
      case Input.FellDue(Origin origin, Due.Deadline due) -> List.of(new Effect.Cease(due), letter);
      case Input.ScoreArrived(Origin origin, RewardScore score) ->
          rejectSaid(state, origin, Said.of(score), detail);
      case Input.PromptArrived arrived -> List.of(letter);
      case Input.CompletionArrived arrived -> List.of(letter);
      case Input.TaskArrived arrived -> List.of(letter);
      case Input.TimePassed passed -> List.of(letter);
      case Input.SnapshotArrived arrived -> List.of(letter);
      case Input.Refused refused -> List.of(letter);
    };
  }

  private static List<Effect> rejectDue(
      PreferenceState state, Due due, String itemId, String eventId, Effect letter) {
    List<Effect> effects = new ArrayList<>(List.of(new Effect.Cease(due), letter));
    state
        .identified(itemId, eventId)
        .map(event -> event.movedTo(new Disposition.DeadLettered(DeadLetterReason.REJECTED)))
        .ifPresent(event -> effects.add(new Effect.Identify(itemId, eventId, event)));
    return effects;
  }

  /** What was said before keeps its disposition: a failing copy takes nothing away from it. */
  private static List<Effect> rejectSaid(
      PreferenceState state, Origin origin, Said said, String detail) {
    List<Effect> effects = new ArrayList<>();
    if (state.identified(said.itemId(), said.eventId()).isEmpty()) {
      effects.add(new Effect.Credit(said.contribution()));
      effects.add(identify(said, new Disposition.DeadLettered(DeadLetterReason.REJECTED)));
    }
    effects.add(letter(origin, said, DeadLetterReason.REJECTED, detail));
    return effects;
  }

  /** Adds what became of events with votes on several questions, once all these are settled. */
  private List<Effect> finish(Draft draft) {
    Set<String> shared = new TreeSet<>();
    for (Question question : draft.touched()) {
      if (draft.votes(question).stream().anyMatch(vote -> SharedEvents.has(question, vote))) {
        shared.add(question.itemId());
      }
    }
    shared.forEach(itemId -> SharedEvents.settle(settings, draft, itemId));
    return draft.effects();
  }

  /** The first prompt of an item stays. */
  private List<Effect> prompt(PreferenceState state, Input.PromptArrived arrived) {
    Prompt prompt = arrived.prompt();
    Optional<Prompt> first = state.prompt(prompt.itemId());
    if (first.isPresent()) {
      var copy =
          new Prompt(
              prompt.itemId(),
              prompt.policy(),
              prompt.text(),
              prompt.lengthChars(),
              first.get().source(),
              first.get().acceptedAt(),
              prompt.subject());
      return List.of(again(state, arrived.origin(), copy.equals(first.get()), "prompt of item"));
    }
    if (!layout.policies().contains(prompt.policy())) {
      String detail =
          "policy %s of item %s has no feed; known are %s. Add it to the policies and send the prompt again"
              .formatted(prompt.policy(), prompt.itemId(), layout.policies());
      return List.of(letter(state, arrived.origin(), DeadLetterReason.REJECTED, detail));
    }
    var draft = new Draft(state);
    draft.add(new Effect.KeepPrompt(prompt, arrived.origin().value()));
    new Retractions(settings, draft).beforeTakingUp(prompt);
    settleQuestions(draft, prompt.itemId(), question -> true, Phase.LACKING);
    draft.add(MarkSettlement.afterReference(settings, draft, prompt.itemId(), candidate -> true));
    draft.add(RewardSettlement.afterReference(settings, draft, prompt.itemId()));
    return finish(draft);
  }

  /** The first completion of an id stays. */
  private List<Effect> completion(PreferenceState state, Input.CompletionArrived arrived) {
    Completion completion = arrived.completion();
    Optional<Completion> first = state.completion(completion.itemId(), completion.completionId());
    if (first.isPresent()) {
      var copy =
          new Completion(
              completion.completionId(),
              completion.itemId(),
              completion.text(),
              completion.lengthChars(),
              completion.version(),
              completion.index(),
              completion.tokenIds(),
              completion.tokenLogProbs(),
              completion.promptLevels(),
              first.get().source(),
              first.get().acceptedAt(),
              completion.subject());
      return List.of(again(state, arrived.origin(), copy.equals(first.get()), "completion"));
    }
    var draft = new Draft(state);
    keep(draft, completion, arrived.origin().value());
    return finish(draft);
  }

  private void keep(Draft draft, Completion completion, Bytes record) {
    draft.add(new Effect.KeepCompletion(completion, record));
    settleQuestions(
        draft,
        completion.itemId(),
        question -> question.candidateIds().contains(completion.completionId()),
        Phase.LACKING);
    draft.add(
        MarkSettlement.afterReference(
            settings, draft, completion.itemId(), completion.completionId()::equals));
    draft.add(RewardSettlement.afterReference(settings, draft, completion.itemId()));
  }

  /** The first task of an id stays. */
  private List<Effect> task(PreferenceState state, Input.TaskArrived arrived) {
    ComparisonTask task = arrived.task();
    Optional<ComparisonTask> first = state.task(task.itemId(), task.taskId());
    if (first.isPresent()) {
      var copy =
          new ComparisonTask(
              task.taskId(),
              task.itemId(),
              task.policy(),
              task.candidates(),
              task.criterion(),
              task.quorum(),
              task.timeLimit(),
              first.get().source(),
              first.get().acceptedAt());
      return List.of(again(state, arrived.origin(), copy.equals(first.get()), "task"));
    }
    boolean isOfSegments = task.candidates().stream().anyMatch(TrajectorySegment.class::isInstance);
    if (isOfSegments && !layout.policies().contains(task.policy())) {
      String detail =
          "policy %s of task %s has no feed; known are %s. Add it to the policies and send the task again"
              .formatted(task.policy(), task.taskId(), layout.policies());
      return List.of(letter(state, arrived.origin(), DeadLetterReason.REJECTED, detail));
    }
    var draft = new Draft(state);
    draft.add(new Effect.KeepTask(task, arrived.origin().value()));
    settleQuestions(draft, task.itemId(), question -> true, Phase.GATHERING);
    settleQuestions(
        draft,
        task.itemId(),
        question ->
            question instanceof Question.WhichSegment segments
                && segments.taskId().equals(task.taskId()),
        Phase.LACKING);
    draft.add(RewardSettlement.afterReference(settings, draft, task.itemId()));
    return finish(draft);
  }

  /** Settles the questions that have come as far as {@code phase} and are concerned. */
  private void settleQuestions(
      Draft draft, String itemId, Predicate<Question> concerned, Phase phase) {
    draft
        .questions(itemId)
        .forEach(
            (question, before) -> {
              if (before.phase() == phase && concerned.test(question)) {
                draft.touch(question);
                draft.add(Settlement.afterChange(settings, draft, question, before));
              }
            });
  }

  private List<Effect> event(PreferenceState state, Input.EventArrived arrived) {
    FeedbackEvent event = arrived.event();
    Origin origin = arrived.origin();
    var draft = new Draft(state).add(advance(state, event.acceptedAt()));
    Optional<IdentifiedEvent> first = state.identified(event.itemId(), event.eventId());
    Said said = Said.of(event);
    if (first.isPresent() && !maySayItAgain(first.get(), said)) {
      return draft.add(again(origin, said, first.get())).effects();
    }
    var heard = new Heard(event, said, origin);
    draft.add(new Effect.Credit(said.contribution()));
    var retractions = new Retractions(settings, draft);
    Optional<Disposition> takenBack = retractions.beforeTakingUp(event);
    if (takenBack.isPresent()) {
      if (retractions.isMeantByNobody()) {
        draft.add(countOnly(state, heard));
      }
      return finish(draft.add(identify(said, takenBack.get())));
    }
    takeUp(draft, heard, retractions);
    return finish(draft);
  }

  /** Returns what a vote that makes no example says of whom to believe. */
  private List<Effect> countOnly(PreferenceState state, Heard heard) {
    FeedbackEvent event = heard.event();
    if (event.statement() instanceof Statement.Retraction) {
      return List.of();
    }
    var unused = new Draft(state).add(advance(state, event.acceptedAt()));
    takeUp(unused, heard, new Retractions(settings, unused));
    List<Effect> effects = new ArrayList<>();
    for (Effect effect : unused.effects()) {
      if (effect instanceof Effect.Count) {
        effects.add(effect);
      } else if (effect instanceof Effect.CastVote(Question question, Vote vote)
          && vote.eventId().equals(event.eventId())) {
        effects.add(new Effect.CastVote(question, vote.takenBack()));
      }
    }
    return effects;
  }

  private void takeUp(Draft draft, Heard heard, Retractions retractions) {
    FeedbackEvent event = heard.event();
    switch (event.statement()) {
      case Statement.Comparison comparison -> draft.add(comparison(draft, heard, comparison));
      case Statement.Thumbs thumbs -> {
        draft.add(
            vote(
                draft,
                heard,
                new Question.IsDesirable(event.itemId(), event.criterion(), thumbs.candidateId()),
                Verdict.of(thumbs.thumb()),
                new Ground.Said()));
        followUp(draft, event);
      }
      case Statement.Ranking ranking -> {
        draft.add(ranking(draft, heard, ranking));
        followUp(draft, event);
      }
      case Statement.Rating rating -> {
        draft.add(rating(draft, heard, rating));
        followUp(draft, event);
      }
      case Statement.Correction correction -> correction(draft, heard, correction);
      case Statement.SpanMark mark -> draft.add(spanMark(draft, heard, mark));
      case Statement.SegmentComparison comparison ->
          draft.add(segmentComparison(draft, heard, comparison));
      case Statement.Signal signal -> draft.add(signal(draft, heard, signal));
      case Statement.Retraction(Statement.RetractionScope scope) ->
          retractions.take(event, scope, heard.origin());
    }
  }

  /** Casts the votes on pairs that an answer implies, and settles the pairs. */
  private void followUp(Draft draft, FeedbackEvent event) {
    for (Question question :
        new Implications(settings, draft).follow(event.itemId(), event.annotator().id())) {
      draft.add(Settlement.afterChange(settings, draft, question, draft.question(question)));
    }
  }

  /** The first score of a completion by a judge stays. */
  private List<Effect> score(PreferenceState state, Input.ScoreArrived arrived) {
    RewardScore score = arrived.score();
    Said said = Said.of(score);
    Optional<IdentifiedEvent> first = state.identified(said.itemId(), said.eventId());
    if (first.isPresent() && !maySayItAgain(first.get(), said)) {
      return List.of(again(arrived.origin(), said, first.get()));
    }
    var draft = new Draft(state).add(new Effect.Credit(said.contribution()));
    Optional<Disposition> takenBack = new Retractions(settings, draft).beforeTakingUp(score);
    draft.add(
        takenBack
            .map(disposition -> List.of(identify(said, disposition)))
            .orElseGet(
                () ->
                    RewardSettlement.afterScore(
                        settings, draft, new RewardSettlement.Arrival(score, arrived.origin()))));
    return finish(draft);
  }

  /** Whether a further copy is decided on afresh, the first having been set aside for good. */
  private static boolean maySayItAgain(IdentifiedEvent first, Said said) {
    return first.contentHash().equals(said.contentHash())
        && first.disposition() instanceof Disposition.DeadLettered letter
        && !letter.awaitsReference();
  }

  private static Effect again(Origin origin, Said said, IdentifiedEvent first) {
    if (first.contentHash().equals(said.contentHash())) {
      return new Effect.CountDuplicate(origin.topic());
    }
    String detail =
        "event %s of item %s was seen before with other content; the first stays. Expected content hash %s, but was %s"
            .formatted(said.eventId(), said.itemId(), first.contentHash(), said.contentHash());
    return letter(origin, said, DeadLetterReason.CONFLICTING_DUPLICATE, detail);
  }

  private List<Effect> comparison(Draft draft, Heard heard, Statement.Comparison comparison) {
    FeedbackEvent event = heard.event();
    int order = comparison.candidateA().compareTo(comparison.candidateB());
    if (order == 0) {
      String detail =
          "candidate %s was compared with itself; expected two different candidates"
              .formatted(comparison.candidateA());
      return deadLetter(heard, DeadLetterReason.SELF_COMPARISON, detail);
    }
    boolean mirrored = order > 0;
    var question =
        new Question.WhichIsBetter(
            event.itemId(),
            event.criterion(),
            mirrored ? comparison.candidateB() : comparison.candidateA(),
            mirrored ? comparison.candidateA() : comparison.candidateB());
    Verdict verdict = Verdict.of(comparison.answer(), mirrored);
    return vote(draft, heard, question, verdict, new Ground.Said());
  }

  private List<Effect> rating(Draft draft, Heard heard, Statement.Rating rating) {
    FeedbackEvent event = heard.event();
    List<Statement.Mark> marks = rating.marks();
    long attributes = marks.stream().map(Statement.Mark::attribute).distinct().count();
    if (marks.isEmpty() || marks.size() > Limits.MAX_RATED_ATTRIBUTES) {
      String detail =
          "the number of rated attributes must be 1 to %d, but was %d"
              .formatted(Limits.MAX_RATED_ATTRIBUTES, marks.size());
      return deadLetter(heard, DeadLetterReason.INVALID_RATING, detail);
    } else if (attributes < marks.size()) {
      String detail =
          "an attribute of candidate %s is rated twice; expected each once, but had %s"
              .formatted(
                  rating.candidateId(), marks.stream().map(Statement.Mark::attribute).toList());
      return deadLetter(heard, DeadLetterReason.INVALID_RATING, detail);
    }
    for (Statement.Mark mark : marks) {
      if (!Double.isFinite(mark.scaleMax() - mark.scaleMin())) {
        String detail =
            "the scale of %s must be finite, but was %s to %s"
                .formatted(mark.attribute(), mark.scaleMin(), mark.scaleMax());
        return deadLetter(heard, DeadLetterReason.INVALID_RATING, detail);
      }
    }
    var question = new Question.HowGood(event.itemId(), event.criterion(), rating.candidateId());
    return vote(draft, heard, question, new Verdict.Marks(marks), new Ground.Said());
  }

  /** The edited text becomes a candidate, and a vote for it against the original is cast. */
  private void correction(Draft draft, Heard heard, Statement.Correction said) {
    FeedbackEvent event = heard.event();
    if (!Edits.isPossible(said)) {
      String detail =
          "an edit can't change %d characters of a text of %s into one of %d"
              .formatted(
                  said.editDistanceChars(),
                  said.originalLengthChars() == null
                      ? "unknown length"
                      : said.originalLengthChars(),
                  said.lengthChars());
      draft.add(deadLetter(heard, DeadLetterReason.INVALID_CORRECTION, detail));
      return;
    }
    if (!Edits.isImprovement(said)) {
      draft.add(identify(heard.said(), new Disposition.NoExample(Disposition.Cause.EDIT_DISTANCE)));
      return;
    }
    String id = Identity.correctionId(event.itemId(), event.eventId());
    var edited =
        new Completion(
            id,
            event.itemId(),
            said.edited(),
            said.lengthChars(),
            null,
            0,
            List.of(),
            List.of(),
            List.of(),
            event.source(),
            event.acceptedAt(),
            event.annotator().id());
    keep(draft, edited, Bytes.of(Topics.COMPLETIONS.value().encode(edited)));
    boolean mirrored = said.candidateId().compareTo(id) > 0;
    var question =
        new Question.WhichIsBetter(
            event.itemId(),
            event.criterion(),
            mirrored ? id : said.candidateId(),
            mirrored ? said.candidateId() : id);
    Verdict verdict = mirrored ? Verdict.OfPair.A_BETTER : Verdict.OfPair.B_BETTER;
    draft.add(vote(draft, heard, question, verdict, new Ground.Edited()));
  }

  private List<Effect> segmentComparison(
      Draft draft, Heard heard, Statement.SegmentComparison said) {
    FeedbackEvent event = heard.event();
    String itemId = event.itemId();
    int order = said.first().candidateId().compareTo(said.second().candidateId());
    if (order == 0) {
      String detail =
          "segment %s was compared with itself; expected two different segments"
              .formatted(said.first().candidateId());
      return deadLetter(heard, DeadLetterReason.SELF_COMPARISON, detail);
    }
    List<TrajectorySegment> segments = List.of(said.first(), said.second());
    for (TrajectorySegment segment : segments) {
      Optional<TrajectorySegment> first = draft.segment(itemId, segment.candidateId());
      if (first.isPresent() && !first.get().equals(segment)) {
        String detail =
            "segment %s of item %s was described otherwise before; the first description stays. Expected %s, but was %s"
                .formatted(segment.candidateId(), itemId, first.get(), segment);
        return deadLetter(heard, DeadLetterReason.CONFLICTING_DUPLICATE, detail);
      }
    }
    for (TrajectorySegment segment : segments) {
      if (draft.segment(itemId, segment.candidateId()).isEmpty()) {
        draft.add(new Effect.KeepSegment(itemId, segment));
      }
    }
    boolean mirrored = order > 0;
    var question =
        new Question.WhichSegment(
            itemId,
            event.criterion(),
            segments.get(mirrored ? 1 : 0).candidateId(),
            segments.get(mirrored ? 0 : 1).candidateId(),
            event.taskId() == null ? itemId : event.taskId());
    Verdict verdict = Verdict.of(said.answer(), mirrored);
    return vote(draft, heard, question, verdict, new Ground.Said());
  }

  private List<Effect> signal(Draft draft, Heard heard, Statement.Signal signal) {
    FeedbackEvent event = heard.event();
    Optional<SignalRule> worth = settings.kinds().signal(signal.name());
    if (worth.isEmpty() || signal.value() <= 0) {
      return List.of(
          identify(heard.said(), new Disposition.NoExample(Disposition.Cause.WORTHLESS_SIGNAL)));
    }
    var question =
        new Question.IsDesirable(event.itemId(), event.criterion(), signal.candidateId());
    var ground = new Ground.Signalled(worth.get().trustPpm());
    return vote(draft, heard, question, worth.get().verdict(), ground);
  }

  private List<Effect> ranking(Draft draft, Heard heard, Statement.Ranking ranking) {
    FeedbackEvent event = heard.event();
    Map<String, Integer> tierOf = new TreeMap<>();
    List<Statement.Tier> tiers = ranking.tiers();
    for (int tier = 0; tier < tiers.size(); tier++) {
      List<String> candidateIds = tiers.get(tier).candidateIds();
      if (candidateIds.isEmpty()) {
        String detail =
            "tier %d of %d is empty; expected a candidate in every tier"
                .formatted(tier + 1, tiers.size());
        return deadLetter(heard, DeadLetterReason.INVALID_RANKING, detail);
      }
      for (String candidateId : candidateIds) {
        if (tierOf.put(candidateId, tier) != null) {
          String detail =
              "candidate %s is ranked twice; expected every candidate once".formatted(candidateId);
          return deadLetter(heard, DeadLetterReason.INVALID_RANKING, detail);
        }
      }
    }
    if (tierOf.size() < 2 || tierOf.size() > Limits.MAX_RANKED_CANDIDATES) {
      String detail =
          "the number of ranked candidates must be 2 to %d, but was %d"
              .formatted(Limits.MAX_RANKED_CANDIDATES, tierOf.size());
      return deadLetter(heard, DeadLetterReason.INVALID_RANKING, detail);
    }
    var question =
        new Question.WhichOrder(event.itemId(), event.criterion(), List.copyOf(tierOf.keySet()));
    return vote(
        draft, heard, question, new Verdict.Order(List.copyOf(tierOf.values())), new Ground.Said());
  }

  private List<Effect> spanMark(Draft draft, Heard heard, Statement.SpanMark said) {
    FeedbackEvent event = heard.event();
    var about =
        new SpanMark.About(
            event.annotator().id(),
            said.candidateId(),
            event.criterion(),
            said.startChar(),
            said.endChar(),
            said.label());
    int strengthPpm = Math.toIntExact(Math.round(said.strength() * 1e6));
    var mark =
        new SpanMark(
            event.eventId(),
            about,
            strengthPpm,
            event.saidAt(),
            event.acceptedAt(),
            Weighing.of(epoch(draft), event.annotator().id(), draft.trust()));
    return MarkSettlement.afterMark(
        settings,
        draft,
        event.itemId(),
        new MarkSettlement.Arrival(mark, heard.said().contentHash(), heard.origin()));
  }

  private List<Effect> vote(
      Draft draft, Heard heard, Question question, Verdict verdict, Ground ground) {
    FeedbackEvent event = heard.event();
    long epoch = epoch(draft);
    var vote =
        new Vote(
            event.eventId(),
            event.annotator().id(),
            verdict,
            event.saidAt(),
            event.acceptedAt(),
            event.taskId(),
            Weighing.of(epoch, event.annotator().id(), draft.trust()),
            ground,
            false);
    var manner = Manner.of(event, epoch, settings.trust().epochs());
    return Settlement.afterVote(
        settings,
        draft,
        question,
        new Settlement.Arrival(vote, manner, heard.said().contentHash(), heard.origin()));
  }

  private long epoch(PreferenceState known) {
    return settings.trust().epochs().of(known.clock());
  }

  private List<Effect> snapshot(PreferenceState state, Weighable weighable) {
    var draft = new Draft(state);
    draft.add(
        switch (weighable) {
          case Weighable.OfVotes(Question question) ->
              Settlement.afterSnapshot(settings, draft, question);
          case Weighable.OfMarks(String itemId, String candidateId) ->
              MarkSettlement.afterSnapshot(settings, draft, itemId, candidateId);
        });
    return finish(draft);
  }

  private List<Effect> due(PreferenceState state, Input.FellDue fell) {
    var draft = new Draft(state);
    switch (fell.due()) {
      case Due.References due -> {
        draft.touch(due.question());
        draft.add(Settlement.afterWait(settings, draft, due, fell.origin()));
      }
      case Due.MarkReferences due ->
          draft.add(MarkSettlement.afterWait(settings, draft, due, fell.origin()));
      case Due.ScoreReferences due ->
          draft.add(RewardSettlement.afterWait(settings, draft, due, fell.origin()));
      case Due.Deadline due -> {
        draft.add(new Effect.Cease(due));
        draft.add(
            Settlement.afterChange(
                settings, draft, due.question(), draft.question(due.question())));
      }
    }
    return finish(draft);
  }

  private static List<Effect> deadLetter(Heard heard, DeadLetterReason reason, String detail) {
    return List.of(
        identify(heard.said(), new Disposition.DeadLettered(reason)),
        letter(heard.origin(), heard.said(), reason, detail));
  }

  private static Effect again(
      PreferenceState state, Origin origin, boolean sameContent, String what) {
    return sameContent
        ? new Effect.CountDuplicate(origin.topic())
        : letter(
            state,
            origin,
            DeadLetterReason.CONFLICTING_DUPLICATE,
            "this %s was seen before with other content; the first stays".formatted(what));
  }

  private static Effect refusal(PreferenceState state, Input.Refused refused) {
    Instant acceptedAt = refused.acceptedAt() == null ? state.clock() : refused.acceptedAt();
    return new Effect.SetAside(
        refused
            .origin()
            .deadLetter(refused.reason(), refused.detail(), refused.eventId(), acceptedAt));
  }

  private static Effect letter(
      PreferenceState state, Origin origin, DeadLetterReason reason, String detail) {
    return new Effect.SetAside(origin.deadLetter(reason, detail, null, state.clock()));
  }

  private static Effect letter(Origin origin, Said said, DeadLetterReason reason, String detail) {
    return new Effect.SetAside(
        origin.deadLetter(reason, detail, said.eventId(), said.acceptedAt()));
  }

  private static Effect identify(Said said, Disposition disposition) {
    return new Effect.Identify(
        said.itemId(), said.eventId(), new IdentifiedEvent(said.contentHash(), disposition));
  }

  private static List<Effect> advance(PreferenceState state, Instant acceptedAt) {
    return acceptedAt.isAfter(state.clock())
        ? List.of(new Effect.AdvanceClock(acceptedAt))
        : List.of();
  }
}
