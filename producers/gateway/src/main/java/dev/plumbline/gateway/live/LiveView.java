/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Tick;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of the loop: records of seven topics go in, in whichever order the topics are
 * read, views of bounded size come out. Safe for use by several threads.
 */
public final class LiveView {
  private static final int KEPT_TEXT_CHARS = 8 * 1024 * 1024;
  private static final int KEPT_TASKS = 2_000;
  private static final int KEPT_VERSIONS = 2_000;
  private static final int SHOWN_VERSIONS = 200;
  private static final int SHOWN_LINES = 12;
  private static final int EXCERPT_CHARS = 140;

  private final InstantSource clock;
  private final Lock lock = new ReentrantLock();
  private final Map<String, TopicFlow> flows = new LinkedHashMap<>();
  private final Votes votes = new Votes();
  private final Texts prompts = new Texts(KEPT_TEXT_CHARS);
  private final Texts completions = new Texts(KEPT_TEXT_CHARS);
  private final OpenTasks tasks = new OpenTasks(KEPT_TASKS);
  private final Newest<Said> said = new Newest<>(SHOWN_LINES);
  private final Newest<Letter> letters = new Newest<>(SHOWN_LINES);
  private final Map<DeadLetterReason, Integer> lettersByReason =
      new EnumMap<>(DeadLetterReason.class);
  private final Judges judges = new Judges();
  private LineageSource lineage = LineageSource.NONE;
  private final VersionHistory versions = new VersionHistory(KEPT_VERSIONS);

  /** Feedback events by who said them. */
  private static final class Votes {
    private final Map<AnnotatorKind, Long> byKind = new EnumMap<>(AnnotatorKind.class);
    private long simulated;

    void add(FeedbackEvent event) {
      if (event.annotator().simulated()) {
        simulated++;
      } else {
        byKind.merge(event.annotator().kind(), 1L, Long::sum);
      }
    }

    SaidBy count() {
      return new SaidBy(
          byKind.getOrDefault(AnnotatorKind.HUMAN, 0L),
          byKind.getOrDefault(AnnotatorKind.MODEL, 0L),
          byKind.getOrDefault(AnnotatorKind.PROGRAM, 0L),
          simulated);
    }
  }

  private record SaidBy(long human, long model, long program, long simulated) {}

  private record FlowSection(List<TopicFlow.Flow> topics, SaidBy saidBy) {}

  private record WaitingTask(
      String taskId, String itemId, String policy, Instant since, @Nullable String prompt) {}

  private record WaitingSection(int withoutVotes, List<WaitingTask> oldest) {}

  private record Letter(
      Instant at,
      DeadLetterReason reason,
      String detail,
      String topic,
      int partition,
      long offset,
      @Nullable String eventId) {}

  private record DeadLetterSection(
      int count, Map<DeadLetterReason, Integer> byReason, List<Letter> newest) {}

  /**
   * @param clock now, for rates
   */
  public LiveView(InstantSource clock) {
    this.clock = clock;
    for (Topic<?, ?> topic :
        List.of(
            Topics.PROMPTS,
            Topics.COMPLETIONS,
            Topics.TASKS,
            Topics.FEEDBACK,
            Topics.REWARDS,
            Topics.DEAD_LETTERS,
            Topics.POLICY_VERSIONS)) {
      flows.put(topic.name(), new TopicFlow(topic.name()));
    }
  }

  /** Takes a record of {@link Topics#PROMPTS} written at {@code at}. */
  public void prompt(Instant at, Prompt prompt) {
    take(Topics.PROMPTS, at, () -> prompts.put(prompt.itemId(), prompt.text(), prompt.subject()));
  }

  /** Takes a record of {@link Topics#COMPLETIONS} written at {@code at}. */
  public void completion(Instant at, Completion completion) {
    take(
        Topics.COMPLETIONS,
        at,
        () -> completions.put(completion.completionId(), completion.text(), completion.subject()));
  }

  /** Takes a record of {@link Topics#TASKS} written at {@code at}. */
  public void task(Instant at, ComparisonTask task) {
    take(Topics.TASKS, at, () -> tasks.add(task));
  }

  /** Takes a record of {@link Topics#FEEDBACK} written at {@code at}. */
  public void feedback(Instant at, FeedbackRecord record) {
    switch (record) {
      case FeedbackEvent event -> take(Topics.FEEDBACK, at, () -> said(at, event));
      case Tick tick -> {
        // Time passing is nothing that flows.
      }
    }
  }

  /** Takes a record of {@link Topics#REWARDS} written at {@code at}. */
  public void reward(Instant at, RewardScore score) {
    take(Topics.REWARDS, at, () -> judges.wrote(score.judge(), at));
  }

  /**
   * Shows a judge of this process.
   *
   * @param report how it does; asked with every beat, so it must answer promptly
   */
  public void watchJudge(Supplier<JudgeReport> report) {
    locked(
        () -> {
          judges.watch(report);
          return report;
        });
  }

  /** Shows where versions come from; without a source nobody knows. */
  public void watchLineage(LineageSource source) {
    locked(
        () -> {
          lineage = source;
          return source;
        });
  }

  /** Returns who knows where versions come from. */
  public LineageSource lineage() {
    return locked(() -> lineage);
  }

  /** Takes a record of {@link Topics#DEAD_LETTERS} written at {@code at}. */
  public void deadLetter(Instant at, DeadLetter letter) {
    take(
        Topics.DEAD_LETTERS,
        at,
        () -> {
          lettersByReason.merge(letter.reason(), 1, Integer::sum);
          letters.add(
              new Letter(
                  at,
                  letter.reason(),
                  excerpt(letter.detail()),
                  letter.topic(),
                  letter.partition(),
                  letter.offset(),
                  letter.eventId()));
        });
  }

  /** Takes a record of {@link Topics#POLICY_VERSIONS} written at {@code at}. */
  public void version(Instant at, PolicyVersion version) {
    take(Topics.POLICY_VERSIONS, at, () -> versions.add(version));
  }

  /** Returns the policies that have versions, in order of their names. */
  public List<String> policies() {
    return locked(versions::policies);
  }

  /** Returns up to {@code limit} versions of a policy, newest first; none of an unknown policy. */
  public List<PolicyVersion> newestVersions(String policy, int limit) {
    return locked(() -> versions.newest(policy, limit));
  }

  /** Returns the versions of a policy with a number larger than {@code number}, oldest first. */
  public List<PolicyVersion> versionsAfter(String policy, int number) {
    return locked(() -> versions.after(policy, number));
  }

  /** Returns up to {@code limit} ballots that an annotator has not answered yet. */
  public List<Ballot> ballots(String annotatorId, int limit) {
    return locked(() -> tasks.ballots(annotatorId, limit, prompts, completions));
  }

  /** Returns a section as it is now: a tree of records, lists and maps. */
  public Object section(Section section) {
    return locked(
        () ->
            switch (section) {
              case FLOW -> flow();
              case SAID -> said.list();
              case WAITING -> waiting();
              case DEAD_LETTERS -> deadLetters();
              case JUDGES -> judges.lines();
              case VERSIONS -> versionSummaries();
              case LINEAGE -> lineage.versions();
            });
  }

  private void said(Instant at, FeedbackEvent event) {
    votes.add(event);
    judges.wrote(event.annotator(), at);
    said.add(Said.of(event, prompts.get(event.itemId())));
    tasks.answered(event);
    if (event.statement()
        instanceof Statement.Retraction(Statement.WholeContribution contribution)) {
      forget(contribution.annotatorId());
    }
  }

  /** What was opened before a subject was erased must not be shown after. */
  private void forget(String subject) {
    completions.forget(subject);
    Set<String> items = prompts.forget(subject);
    said.removeIf(line -> items.contains(line.itemId()));
  }

  private FlowSection flow() {
    Instant now = clock.instant();
    return new FlowSection(
        flows.values().stream().map(flow -> flow.at(now)).toList(), votes.count());
  }

  private WaitingSection waiting() {
    List<ComparisonTask> waiting = tasks.withoutVotes();
    return new WaitingSection(
        waiting.size(),
        waiting.stream()
            .limit(SHOWN_LINES / 2)
            .map(
                task -> {
                  @Nullable String prompt = prompts.get(task.itemId());
                  return new WaitingTask(
                      task.taskId(),
                      task.itemId(),
                      task.policy(),
                      task.acceptedAt(),
                      prompt == null ? null : excerpt(prompt));
                })
            .toList());
  }

  private DeadLetterSection deadLetters() {
    return new DeadLetterSection(
        lettersByReason.values().stream().mapToInt(Integer::intValue).sum(),
        new EnumMap<>(lettersByReason),
        letters.list());
  }

  private Map<String, List<VersionSummary>> versionSummaries() {
    Map<String, List<VersionSummary>> byPolicy = new TreeMap<>();
    for (String policy : versions.policies()) {
      byPolicy.put(
          policy,
          versions.newest(policy, SHOWN_VERSIONS).stream().map(VersionSummary::of).toList());
    }
    return byPolicy;
  }

  static String excerpt(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS - 1) + "…";
  }

  private void take(Topic<?, ?> topic, Instant at, Runnable fold) {
    lock.lock();
    try {
      flows.get(topic.name()).add(at);
      fold.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }
}
