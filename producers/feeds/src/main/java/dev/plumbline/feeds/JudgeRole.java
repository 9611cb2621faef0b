/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.FailPoint;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.feeds.JudgeMeters.JudgeCounts;
import dev.plumbline.feeds.judges.Judge;
import dev.plumbline.feeds.judges.JudgeRecords;
import dev.plumbline.feeds.judges.JudgeSettings;
import dev.plumbline.feeds.judges.JudgeStatus;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.feeds.judges.Opinion;
import dev.plumbline.feeds.judges.chat.Condition;
import dev.plumbline.feeds.judges.chat.Excerpt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has one policy's tasks of completions judged and writes what the judge says: rewards, feedback,
 * and dead letters for what it gave no usable answer about. One role per policy and judge; a second
 * one fences the first.
 *
 * <p>A batch is asked about first, however long that takes; then its records and the tasks'
 * positions are one short transaction. A judge that was killed in between is asked again, and since
 * nothing of the first answers is visible, the second may differ from them.
 */
public final class JudgeRole extends FeedRole {
  /** Everything has been answered and nothing written. */
  static final String ANSWERED = "judge.answered";

  private static final Logger log = LoggerFactory.getLogger(JudgeRole.class);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final JudgeSettings settings;
  private final Judge judge;
  private final RoleContext context;
  private final FailPoint failPoint;
  private final JudgeRecords records;
  private final JudgeMeters meters;
  private volatile @Nullable String lastFailure;

  private JudgeRole(JudgeSettings settings, Judge judge, RoleContext context, FailPoint failPoint) {
    super("judge-" + settings.policy() + "-" + settings.annotatorId());
    this.settings = settings;
    this.judge = judge;
    this.context = context;
    this.failPoint = failPoint;
    this.records = new JudgeRecords(settings, judge);
    this.meters = new JudgeMeters(context.meters(), settings.annotatorId());
  }

  /**
   * Starts judging. The topics must exist.
   *
   * @param judge used by the role alone until it is done, then closed by the caller
   */
  public static JudgeRole start(JudgeSettings settings, Judge judge, RoleContext context) {
    return start(settings, judge, context, FailPoint.NONE);
  }

  static JudgeRole start(
      JudgeSettings settings, Judge judge, RoleContext context, FailPoint failPoint) {
    JudgeRole role = new JudgeRole(settings, judge, context, failPoint);
    role.begin();
    return role;
  }

  /** How the judge does. For any thread. */
  public JudgeStatus status() {
    CompletableFuture<Void> done = done();
    Condition condition =
        done.isDone()
            ? new Condition(
                Condition.State.STOPPED,
                null,
                done.isCompletedExceptionally() ? done.exceptionNow().getMessage() : null)
            : judge.condition();
    JudgeCounts counts = meters.counts();
    return new JudgeStatus(
        settings.annotatorId(),
        settings.kind(),
        condition,
        counts.judged(),
        counts.waiting(),
        counts.failures(),
        lastError(condition));
  }

  /** The endpoint's trouble while it lasts, else what could not be read last. */
  private @Nullable String lastError(Condition condition) {
    return switch (condition.state()) {
      case SLOW, RATE_LIMITED, UNREACHABLE, STOPPED -> condition.reason();
      case WORKING -> lastFailure == null ? condition.reason() : lastFailure;
    };
  }

  @Override
  void work() {
    String group = "judge-" + settings.policy() + "-" + settings.annotatorId();
    try (var writer = ExactlyOnceWriter.open(context, group);
        var tasks =
            TaskSource.open(
                context, group, settings.policy(), settings.sources(), settings.itemsInMind());
        Progress progress = context.progress("judge", "tasks")) {
      log.info("{} judges the tasks of {}", settings.annotatorId(), settings.policy());
      Deque<Judgeable> waiting = new ArrayDeque<>();
      while (!stopping()) {
        if (waiting.isEmpty()) {
          waiting.addAll(tasks.poll(WAIT));
          meters.forgotten(tasks.forget());
        } else {
          List<Judgeable> batch = waiting.stream().limit(settings.batchTasks()).toList();
          Optional<List<Opinion>> opinions = ask(batch);
          if (opinions.isPresent()) {
            write(batch, opinions.get(), writer, tasks);
            batch.forEach(task -> waiting.remove());
            progress.advance(batch.size());
          }
        }
        meters.waiting(waiting.size());
      }
    }
  }

  /** Empty when the role is to stop before everything is answered. */
  private Optional<List<Opinion>> ask(List<Judgeable> batch) {
    CompletableFuture<List<Opinion>> asked = judge.judge(batch);
    waitFor(asked);
    if (!asked.isDone()) {
      asked.cancel(true);
      return Optional.empty();
    }
    try {
      return Optional.of(asked.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private void write(
      List<Judgeable> batch, List<Opinion> given, ExactlyOnceWriter writer, TaskSource tasks) {
    Instant now = context.clock().instant();
    List<Opinion> opinions =
        IntStream.range(0, batch.size())
            .mapToObj(
                i ->
                    batch.get(i).subject() == null
                        ? given.get(i)
                        : given.get(i).withoutRawAnswers())
            .toList();
    List<Record> said = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      said.addAll(records.of(batch.get(i), opinions.get(i), now));
    }
    failPoint.reached(ANSWERED);
    batch.forEach(tasks::judged);
    writer.write(said, tasks.positions());
    List<Opinion.Failure> failures =
        opinions.stream().flatMap(opinion -> opinion.failures().stream().limit(1)).toList();
    failures.forEach(this::noteFailure);
    meters.judged(batch.size(), failures.size());
  }

  private void noteFailure(Opinion.Failure failure) {
    lastFailure =
        "%s, but the answer was '%s'".formatted(failure.reason(), Excerpt.of(failure.raw()));
    log.warn("{}: {}, about {}", settings.annotatorId(), lastFailure, failure.about());
  }
}
