/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest comparison tasks and who answered them, in whichever order tasks and answers arrive.
 * Owned by {@link LiveView}.
 */
final class OpenTasks {
  private final SequencedMap<String, ComparisonTask> tasks = new LinkedHashMap<>();
  private final SequencedMap<Question, Map<String, Boolean>> judged = new LinkedHashMap<>();
  private final int capacity;

  /** What is asked: candidates of an item under a criterion, in whichever order. */
  private record Question(String itemId, String criterion, Set<String> candidateIds) {}

  OpenTasks(int capacity) {
    this.capacity = capacity;
  }

  void add(ComparisonTask task) {
    tasks.putIfAbsent(task.taskId(), task);
    if (tasks.size() > capacity) {
      tasks.pollFirstEntry();
    }
  }

  void answered(FeedbackEvent event) {
    switch (event.statement()) {
      case Statement.Comparison said ->
          answered(event, said.answer() != Answer.CANT_TELL, said.candidateA(), said.candidateB());
      case Statement.SegmentComparison said ->
          answered(
              event,
              said.answer() != Answer.CANT_TELL,
              said.first().candidateId(),
              said.second().candidateId());
      case Statement.Ranking said ->
          answered(
              event,
              true,
              said.tiers().stream()
                  .flatMap(tier -> tier.candidateIds().stream())
                  .toArray(String[]::new));
      case Statement.Rating said -> {}
      case Statement.Thumbs said -> {}
      case Statement.Correction said -> {}
      case Statement.SpanMark said -> {}
      case Statement.Signal said -> {}
      case Statement.Retraction said -> {}
    }
  }

  private void answered(FeedbackEvent event, boolean isJudgement, String... candidateIds) {
    Question question =
        new Question(
            event.itemId(),
            event.criterion(),
            Stream.of(candidateIds).collect(toUnmodifiableSet()));
    judged
        .computeIfAbsent(question, unanswered -> new LinkedHashMap<>())
        .put(event.annotator().id(), isJudgement);
    if (judged.size() > 2 * capacity) {
      judged.pollFirstEntry();
    }
  }

  /** Returns the tasks that nobody gave a judgement on, oldest first. */
  List<ComparisonTask> withoutVotes() {
    return tasks.values().stream().filter(task -> !answers(task).containsValue(true)).toList();
  }

  /**
   * Returns ballots that an annotator has not answered: those with the fewest answers first, among
   * them the newest first.
   */
  List<Ballot> ballots(String annotatorId, int limit, Texts prompts, Texts completions) {
    List<ComparisonTask> newestFirst = new ArrayList<>(tasks.sequencedValues().reversed());
    return newestFirst.stream()
        .filter(task -> !answers(task).containsKey(annotatorId))
        .sorted(Comparator.comparingInt(task -> answers(task).size()))
        .flatMap(task -> ballot(task, annotatorId, prompts, completions).stream())
        .limit(limit)
        .toList();
  }

  /** Returns who answered a task, and whether with a judgement. */
  private Map<String, Boolean> answers(ComparisonTask task) {
    Question question =
        new Question(
            task.itemId(),
            task.criterion(),
            task.candidates().stream().map(Candidate::candidateId).collect(toUnmodifiableSet()));
    return judged.getOrDefault(question, Map.of());
  }

  private static Optional<Ballot> ballot(
      ComparisonTask task, String annotatorId, Texts prompts, Texts completions) {
    if (task.candidates().size() != 2) {
      return Optional.empty();
    }
    @Nullable String prompt = prompts.get(task.itemId());
    Optional<Ballot.Choice> first = choice(task.candidates().get(0), completions);
    Optional<Ballot.Choice> second = choice(task.candidates().get(1), completions);
    if (prompt == null
        || first.isEmpty()
        || second.isEmpty()
        || first.get().text().equals(second.get().text())) {
      return Optional.empty();
    }
    boolean swapped = isSwapped(task.taskId(), annotatorId);
    return Optional.of(
        new Ballot(
            task.taskId(),
            task.itemId(),
            task.policy(),
            task.criterion(),
            prompt,
            swapped ? second.get() : first.get(),
            swapped ? first.get() : second.get()));
  }

  private static Optional<Ballot.Choice> choice(Candidate candidate, Texts completions) {
    if (!(candidate instanceof CompletionRef(String completionId))) {
      return Optional.empty();
    }
    return Optional.ofNullable(completions.get(completionId))
        .map(text -> new Ballot.Choice(completionId, text));
  }

  /** A fair coin that lands alike for the same task and annotator. */
  private static boolean isSwapped(String taskId, String annotatorId) {
    return Identity.hash("side", taskId, annotatorId).charAt(0) >= '8';
  }
}
