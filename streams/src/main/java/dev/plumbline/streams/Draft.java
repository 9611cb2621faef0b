/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.TrajectorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The effects of one decision so far, and the state as it will be once they are applied, so that
 * what is decided later can build on what was decided before. Nothing is written. Retractions and
 * contributions are read as they stood before the decision, which is all that a decision asks for.
 */
final class Draft implements PreferenceState {
  private final PreferenceState state;
  private final List<Effect> effects = new ArrayList<>();
  private final Set<Question> touched = new LinkedHashSet<>();
  private final Map<Question, List<Vote>> readVotes = new HashMap<>();
  private final Map<Question, Optional<QuestionState>> readStates = new HashMap<>();
  private Instant clock;
  private final Map<String, Prompt> prompts = new HashMap<>();
  private final Map<Member, Completion> completions = new LinkedHashMap<>();
  private final Map<Member, ComparisonTask> tasks = new LinkedHashMap<>();
  private final Map<Member, TrajectorySegment> segments = new HashMap<>();
  private final Map<Member, IdentifiedEvent> identified = new HashMap<>();
  private final Map<Question, Map<String, Vote>> votes = new HashMap<>();
  private final Map<Question, QuestionState> questions = new LinkedHashMap<>();
  private final Map<Member, Optional<SpanMark>> marks = new LinkedHashMap<>();
  private final Map<Member, Optional<RewardScore>> scores = new LinkedHashMap<>();
  private final Map<Group, GroupState> groups = new HashMap<>();
  private final Map<Due, Optional<Origin>> awaiting = new HashMap<>();

  /** Something that is identified within its item. */
  private record Member(String itemId, String id) {}

  Draft(PreferenceState state) {
    this.state = state;
    clock = state.clock();
  }

  /** Adds effects, in order. */
  Draft add(Collection<? extends Effect> more) {
    more.forEach(this::add);
    return this;
  }

  /** Adds an effect. */
  Draft add(Effect effect) {
    effects.add(effect);
    if (effect instanceof Effect.Change change) {
      foresee(change);
    }
    return this;
  }

  /** Returns all effects, in order. */
  List<Effect> effects() {
    return List.copyOf(effects);
  }

  /** Names a question as one whose answers may have come to something else. */
  void touch(Question question) {
    touched.add(question);
  }

  /** Returns the questions that were named, or voted on, or whose state has changed. */
  Set<Question> touched() {
    Set<Question> all = new LinkedHashSet<>(touched);
    all.addAll(votes.keySet());
    all.addAll(questions.keySet());
    return all;
  }

  private void foresee(Effect.Change change) {
    switch (change) {
      case Effect.KeepPrompt keep -> prompts.put(keep.prompt().itemId(), keep.prompt());
      case Effect.KeepCompletion keep -> {
        Completion completion = keep.completion();
        completions.put(new Member(completion.itemId(), completion.completionId()), completion);
      }
      case Effect.KeepTask keep ->
          tasks.put(new Member(keep.task().itemId(), keep.task().taskId()), keep.task());
      case Effect.KeepSegment keep ->
          segments.put(new Member(keep.itemId(), keep.segment().candidateId()), keep.segment());
      case Effect.Identify identify ->
          identified.put(new Member(identify.itemId(), identify.eventId()), identify.event());
      case Effect.CastVote cast ->
          votes
              .computeIfAbsent(cast.question(), none -> new LinkedHashMap<>())
              .put(cast.vote().eventId(), cast.vote());
      case Effect.KeepMark keep ->
          marks.put(new Member(keep.itemId(), keep.mark().eventId()), Optional.of(keep.mark()));
      case Effect.DropMark drop ->
          marks.put(new Member(drop.itemId(), drop.eventId()), Optional.empty());
      case Effect.KeepScore keep ->
          scores.put(
              new Member(keep.score().itemId(), keep.score().eventId()), Optional.of(keep.score()));
      case Effect.DropScore drop ->
          scores.put(new Member(drop.score().itemId(), drop.score().eventId()), Optional.empty());
      case Effect.Remember remember -> questions.put(remember.question(), remember.state());
      case Effect.RememberGroup remember -> groups.put(remember.group(), remember.state());
      case Effect.Await await -> awaiting.put(await.due(), Optional.ofNullable(await.origin()));
      case Effect.Cease cease -> awaiting.put(cease.due(), Optional.empty());
      case Effect.KeepRetraction laterOnly -> {}
      case Effect.DropRetraction laterOnly -> {}
      case Effect.TakeBack laterOnly -> {}
      case Effect.Credit laterOnly -> {}
      case Effect.Entrust laterOnly -> {}
      case Effect.Count laterOnly -> {}
      case Effect.AwaitTrust laterOnly -> {}
      case Effect.AdvanceClock advance -> clock = advance.clock();
    }
  }

  @Override
  public Instant clock() {
    return clock;
  }

  @Override
  public KnownTrust trust() {
    return state.trust();
  }

  @Override
  public boolean knowsPrompt(String itemId) {
    return prompts.containsKey(itemId) || state.knowsPrompt(itemId);
  }

  @Override
  public boolean knowsCompletion(String itemId, String completionId) {
    return completions.containsKey(new Member(itemId, completionId))
        || state.knowsCompletion(itemId, completionId);
  }

  @Override
  public Optional<Prompt> prompt(String itemId) {
    return Optional.ofNullable(prompts.get(itemId)).or(() -> state.prompt(itemId));
  }

  @Override
  public Optional<Completion> completion(String itemId, String completionId) {
    return Optional.ofNullable(completions.get(new Member(itemId, completionId)))
        .or(() -> state.completion(itemId, completionId));
  }

  @Override
  public Optional<TrajectorySegment> segment(String itemId, String candidateId) {
    return Optional.ofNullable(segments.get(new Member(itemId, candidateId)))
        .or(() -> state.segment(itemId, candidateId));
  }

  @Override
  public Optional<ComparisonTask> task(String itemId, String taskId) {
    return Optional.ofNullable(tasks.get(new Member(itemId, taskId)))
        .or(() -> state.task(itemId, taskId));
  }

  @Override
  public List<ComparisonTask> tasks(String itemId) {
    List<ComparisonTask> all = new ArrayList<>(state.tasks(itemId));
    tasks.values().stream().filter(task -> task.itemId().equals(itemId)).forEach(all::add);
    return all;
  }

  @Override
  public Optional<IdentifiedEvent> identified(String itemId, String eventId) {
    return Optional.ofNullable(identified.get(new Member(itemId, eventId)))
        .or(() -> state.identified(itemId, eventId));
  }

  @Override
  public Map<String, IdentifiedEvent> identified(String itemId) {
    Map<String, IdentifiedEvent> all = new LinkedHashMap<>(state.identified(itemId));
    identified.forEach(
        (member, event) -> {
          if (member.itemId().equals(itemId)) {
            all.put(member.id(), event);
          }
        });
    return all;
  }

  @Override
  public List<Vote> votes(Question question) {
    return overlaid(
        readVotes.computeIfAbsent(question, this::storedVotes),
        Vote::eventId,
        votes.getOrDefault(question, Map.of()),
        Optional::of);
  }

  /** A vote leaves its question with a state, unless it was taken back before it came. */
  private List<Vote> storedVotes(Question question) {
    return stored(question).isPresent() || state.hasTakenBack() ? state.votes(question) : List.of();
  }

  private Optional<QuestionState> stored(Question question) {
    return readStates.computeIfAbsent(question, state::asked);
  }

  @Override
  public List<SpanMark> marks(String itemId) {
    return overlaid(
        state.marks(itemId), SpanMark::eventId, within(itemId, marks), Function.identity());
  }

  @Override
  public List<RewardScore> scores(String itemId) {
    return overlaid(
        state.scores(itemId), RewardScore::eventId, within(itemId, scores), Function.identity());
  }

  @Override
  public Optional<Origin> awaiting(Due due) {
    Optional<Origin> drafted = awaiting.get(due);
    return drafted == null ? state.awaiting(due) : drafted;
  }

  @Override
  public Optional<QuestionState> asked(Question question) {
    return Optional.ofNullable(questions.get(question)).or(() -> stored(question));
  }

  @Override
  public GroupState group(Group group) {
    GroupState drafted = groups.get(group);
    return drafted == null ? state.group(group) : drafted;
  }

  @Override
  public Map<Question, QuestionState> questions(String itemId) {
    Map<Question, QuestionState> all = new LinkedHashMap<>(state.questions(itemId));
    questions.forEach(
        (question, drafted) -> {
          if (question.itemId().equals(itemId)) {
            all.put(question, drafted);
          }
        });
    return all;
  }

  @Override
  public boolean hasTakenBack() {
    return state.hasTakenBack();
  }

  @Override
  public boolean isTakenBack(TakenBack what) {
    return state.isTakenBack(what);
  }

  @Override
  public List<EventRetraction> retractions(String itemId, String eventId) {
    return state.retractions(itemId, eventId);
  }

  @Override
  public boolean isCredited(Contribution contribution) {
    return state.isCredited(contribution);
  }

  @Override
  public List<Contribution> contributions(String annotatorId) {
    return state.contributions(annotatorId);
  }

  @Override
  public List<String> itemsOf(String subject) {
    return state.itemsOf(subject);
  }

  private static <T> Map<String, T> within(String itemId, Map<Member, T> drafted) {
    Map<String, T> found = new LinkedHashMap<>();
    drafted.forEach(
        (member, value) -> {
          if (member.itemId().equals(itemId)) {
            found.put(member.id(), value);
          }
        });
    return found;
  }

  /** Returns the stored values, each replaced or left out as drafted, then the new ones. */
  private static <T, D> List<T> overlaid(
      List<T> stored, Function<T, String> id, Map<String, D> drafted, Function<D, Optional<T>> of) {
    if (drafted.isEmpty()) {
      return stored;
    }
    Map<String, T> all = new LinkedHashMap<>();
    stored.forEach(value -> all.put(id.apply(value), value));
    drafted.forEach(
        (key, value) ->
            of.apply(value).ifPresentOrElse(kept -> all.put(key, kept), () -> all.remove(key)));
    return List.copyOf(all.values());
  }
}
