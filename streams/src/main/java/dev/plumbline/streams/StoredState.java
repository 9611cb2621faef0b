/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrajectorySegment;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.kafka.TopicLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What one partition knows, kept in key-value stores. Prompts, completions, tasks and scores are
 * kept as the bytes they arrived in and decoded where an example needs them. Used by one stream
 * thread.
 */
final class StoredState implements PreferenceState {
  /** The name of the one store of a partition. */
  static final String STORE = "preferences";

  private static final Bytes CLOCK_KEY = StateCodec.key("clock");
  private static final byte[] NOTHING = new byte[0];

  private final Table prompts;
  private final Table completions;
  private final Table tasks;
  private final Table identities;
  private final Table votes;
  private final Table questions;
  private final Table marks;
  private final Table scores;
  private final Table groups;
  private final Table segments;
  private final Table retractions;
  private final Table contributions;
  private final Table due;
  private final Table clocks;
  private final TrustStore trust;
  private Instant clock;

  /** Nothing is due before this time; spares the index a scan per record. */
  private Instant nothingDueBefore = Instant.MIN;

  private int waiting;

  /** Spares every record the question what of it was taken back, as long as nothing was. */
  private boolean hasTakenBack;

  /** Spares every example a scan for marks, as long as nobody marked anything. */
  private boolean hasMarks;

  /**
   * Something that fell due, with the record of the vote, mark or score that it is about, if any.
   */
  record Watched(Due due, Optional<Origin> origin) {}

  /** Reads the store of one partition. */
  StoredState(StreamsSettings settings, TopicLayout layout, KeyValueStore<Bytes, byte[]> store) {
    prompts = new Table(store, Table.Name.PROMPTS);
    completions = new Table(store, Table.Name.COMPLETIONS);
    tasks = new Table(store, Table.Name.TASKS);
    identities = new Table(store, Table.Name.IDENTITIES);
    votes = new Table(store, Table.Name.VOTES);
    questions = new Table(store, Table.Name.QUESTIONS);
    marks = new Table(store, Table.Name.MARKS);
    scores = new Table(store, Table.Name.SCORES);
    groups = new Table(store, Table.Name.GROUPS);
    segments = new Table(store, Table.Name.SEGMENTS);
    retractions = new Table(store, Table.Name.RETRACTIONS);
    contributions = new Table(store, Table.Name.CONTRIBUTIONS);
    due = new Table(store, Table.Name.DUE);
    clocks = new Table(store, Table.Name.CLOCK);
    trust = new TrustStore(settings.trust(), layout.itemPartitions(), store);
    byte[] stored = clocks.get(CLOCK_KEY);
    clock = stored == null ? Instant.EPOCH : StateCodec.instant(stored);
    try (Table.Rows all = retractions.all()) {
      hasTakenBack = all.hasNext();
    }
    try (Table.Rows all = marks.all()) {
      hasMarks = all.hasNext();
    }
    try (Table.Rows all = due.all()) {
      while (all.hasNext()) {
        all.next();
        waiting++;
      }
    }
  }

  /**
   * Returns how many votes, marks, scores and questions wait for something that the clock will
   * decide.
   */
  int waiting() {
    return waiting;
  }

  /** Returns what falls due first, whenever that is. */
  Optional<Watched> firstDue() {
    if (waiting == 0) {
      return Optional.empty();
    }
    try (Table.Rows index = due.from(StateCodec.duePrefix(nothingDueBefore))) {
      KeyValue<Bytes, byte[]> first = index.next();
      Due found = StateCodec.due(first.key);
      nothingDueBefore = found.at();
      return Optional.of(new Watched(found, Optional.ofNullable(StateCodec.origin(first.value))));
    }
  }

  /** Returns what has fallen due first, if anything has. */
  Optional<Watched> fallenDue() {
    return nothingDueBefore.isAfter(clock)
        ? Optional.empty()
        : firstDue().filter(watched -> !watched.due().at().isAfter(clock));
  }

  @Override
  public Instant clock() {
    return clock;
  }

  @Override
  public TrustStore trust() {
    return trust;
  }

  @Override
  public boolean knowsPrompt(String itemId) {
    return prompts.get(StateCodec.key(itemId)) != null;
  }

  @Override
  public boolean knowsCompletion(String itemId, String completionId) {
    return completions.get(StateCodec.key(itemId, completionId)) != null;
  }

  @Override
  public Optional<Prompt> prompt(String itemId) {
    return read(prompts, StateCodec.key(itemId), Topics.PROMPTS.value()::decode);
  }

  @Override
  public Optional<Completion> completion(String itemId, String completionId) {
    Bytes key = StateCodec.key(itemId, completionId);
    return read(completions, key, Topics.COMPLETIONS.value()::decode);
  }

  @Override
  public Optional<TrajectorySegment> segment(String itemId, String candidateId) {
    return read(segments, StateCodec.key(itemId, candidateId), StateCodec::segment);
  }

  @Override
  public Optional<ComparisonTask> task(String itemId, String taskId) {
    return read(tasks, StateCodec.key(itemId, taskId), Topics.TASKS.value()::decode);
  }

  @Override
  public List<ComparisonTask> tasks(String itemId) {
    return scan(tasks, StateCodec.key(itemId), Topics.TASKS.value()::decode);
  }

  @Override
  public Optional<IdentifiedEvent> identified(String itemId, String eventId) {
    return read(identities, StateCodec.key(itemId, eventId), StateCodec::identifiedEvent);
  }

  @Override
  public Map<String, IdentifiedEvent> identified(String itemId) {
    Map<String, IdentifiedEvent> found = new LinkedHashMap<>();
    eachEntry(
        identities,
        StateCodec.key(itemId),
        entry ->
            found.put(
                StateCodec.parts(entry.key).getLast(), StateCodec.identifiedEvent(entry.value)));
    return found;
  }

  @Override
  public List<Vote> votes(Question question) {
    return scan(votes, StateCodec.questionKey(question), StateCodec::vote);
  }

  @Override
  public List<SpanMark> marks(String itemId) {
    return hasMarks ? scan(marks, StateCodec.key(itemId), StateCodec::mark) : List.of();
  }

  @Override
  public List<RewardScore> scores(String itemId) {
    return scan(scores, StateCodec.key(itemId), Topics.REWARDS.value()::decode);
  }

  @Override
  public Optional<Origin> awaiting(Due awaited) {
    byte[] origin = due.get(StateCodec.dueKey(awaited));
    return origin == null ? Optional.empty() : Optional.ofNullable(StateCodec.origin(origin));
  }

  @Override
  public Optional<QuestionState> asked(Question question) {
    return read(questions, StateCodec.questionKey(question), StateCodec::questionState);
  }

  @Override
  public GroupState group(Group group) {
    return read(groups, GroupCodec.key(group), GroupCodec::state).orElse(GroupState.NEW);
  }

  @Override
  public Map<Question, QuestionState> questions(String itemId) {
    Map<Question, QuestionState> found = new LinkedHashMap<>();
    eachEntry(
        questions,
        StateCodec.key(itemId),
        entry -> found.put(StateCodec.question(entry.key), StateCodec.questionState(entry.value)));
    return found;
  }

  @Override
  public boolean hasTakenBack() {
    return hasTakenBack;
  }

  @Override
  public boolean isTakenBack(TakenBack what) {
    return retractions.get(RetractionCodec.key(what)) != null;
  }

  @Override
  public List<EventRetraction> retractions(String itemId, String eventId) {
    List<EventRetraction> found = new ArrayList<>();
    eachEntry(
        retractions,
        RetractionCodec.prefix(itemId, eventId),
        entry -> found.add(RetractionCodec.retraction(entry.key, entry.value)));
    return found;
  }

  @Override
  public boolean isCredited(Contribution contribution) {
    return contributions.get(RetractionCodec.key(contribution)) != null;
  }

  @Override
  public List<Contribution> contributions(String annotatorId) {
    List<Contribution> found = new ArrayList<>();
    eachEntry(
        contributions,
        RetractionCodec.saidBy(annotatorId),
        entry -> found.add(RetractionCodec.contribution(entry.key)));
    return found;
  }

  @Override
  public List<String> itemsOf(String subject) {
    List<String> found = new ArrayList<>();
    eachEntry(
        contributions,
        RetractionCodec.ownedBy(subject),
        entry -> found.add(RetractionCodec.ownItem(entry.key)));
    return found;
  }

  /** Writes a change. */
  void apply(Effect.Change change) {
    switch (change) {
      case Effect.KeepPrompt(Prompt prompt, var record) ->
          prompts.put(StateCodec.key(prompt.itemId()), record.toArray());
      case Effect.KeepCompletion(Completion completion, var record) ->
          completions.put(
              StateCodec.key(completion.itemId(), completion.completionId()), record.toArray());
      case Effect.KeepTask(ComparisonTask task, var record) ->
          tasks.put(StateCodec.key(task.itemId(), task.taskId()), record.toArray());
      case Effect.Identify(String itemId, String eventId, IdentifiedEvent event) ->
          identities.put(StateCodec.key(itemId, eventId), StateCodec.value(event));
      case Effect.CastVote(Question question, Vote vote) ->
          votes.put(StateCodec.voteKey(question, vote.eventId()), StateCodec.value(vote));
      case Effect.KeepMark(String itemId, SpanMark mark) -> {
        marks.put(StateCodec.key(itemId, mark.eventId()), StateCodec.value(mark));
        hasMarks = true;
      }
      case Effect.KeepSegment(String itemId, TrajectorySegment segment) ->
          segments.put(StateCodec.key(itemId, segment.candidateId()), StateCodec.value(segment));
      case Effect.DropMark(String itemId, String eventId) ->
          marks.remove(StateCodec.key(itemId, eventId));
      case Effect.Remember(Question question, QuestionState state) ->
          questions.put(StateCodec.questionKey(question), StateCodec.value(state));
      case Effect.KeepScore(RewardScore score, var record) ->
          scores.put(scoreKey(score), record.toArray());
      case Effect.DropScore(RewardScore score) -> scores.remove(scoreKey(score));
      case Effect.RememberGroup(Group group, GroupState state) ->
          groups.put(GroupCodec.key(group), GroupCodec.value(state));
      case Effect.Await(Due awaited, @Nullable Origin origin) -> await(awaited, origin);
      case Effect.Cease(Due ceased) -> {
        if (due.delete(StateCodec.dueKey(ceased)) != null) {
          waiting--;
        }
      }
      case Effect.KeepRetraction(EventRetraction retraction) -> {
        retractions.put(RetractionCodec.key(retraction), RetractionCodec.value(retraction));
        rememberTakenBack();
      }
      case Effect.DropRetraction(EventRetraction retraction) ->
          retractions.remove(RetractionCodec.key(retraction));
      case Effect.TakeBack(TakenBack what) -> {
        retractions.put(RetractionCodec.key(what), NOTHING);
        rememberTakenBack();
      }
      case Effect.Credit(Contribution contribution) ->
          contributions.put(RetractionCodec.key(contribution), NOTHING);
      case Effect.Entrust(String subject, String itemId) ->
          contributions.put(RetractionCodec.ownKey(subject, itemId), NOTHING);
      case Effect.Count(long epoch, String itemId, String eventId, TrustCounts counts) ->
          trust.count(epoch, itemId, eventId, counts);
      case Effect.AwaitTrust(long epoch, Weighable weighable) -> trust.await(epoch, weighable);
      case Effect.AdvanceClock(Instant later) -> {
        clocks.put(CLOCK_KEY, StateCodec.value(later));
        clock = later;
      }
    }
  }

  /** That something was taken back outlives the retraction, which may be dropped. */
  private void rememberTakenBack() {
    if (!hasTakenBack) {
      retractions.put(RetractionCodec.EVER, NOTHING);
      hasTakenBack = true;
    }
  }

  private static Bytes scoreKey(RewardScore score) {
    return StateCodec.key(score.itemId(), score.completionId(), score.judge().id());
  }

  private void await(Due awaited, @Nullable Origin origin) {
    if (due.putIfAbsent(StateCodec.dueKey(awaited), StateCodec.value(origin)) == null) {
      waiting++;
    }
    if (awaited.at().isBefore(nothingDueBefore)) {
      nothingDueBefore = awaited.at();
    }
  }

  private static <T> List<T> scan(Table table, Bytes prefix, Function<byte[], T> reader) {
    List<T> found = new ArrayList<>();
    eachEntry(table, prefix, entry -> found.add(reader.apply(entry.value)));
    return found;
  }

  private static void eachEntry(Table table, Bytes prefix, Consumer<KeyValue<Bytes, byte[]>> sink) {
    try (Table.Rows scan = table.startingWith(prefix)) {
      scan.forEachRemaining(sink);
    }
  }

  private static <T> Optional<T> read(Table table, Bytes key, Function<byte[], T> reader) {
    byte[] value = table.get(key);
    return value == null ? Optional.empty() : Optional.of(reader.apply(value));
  }
}
