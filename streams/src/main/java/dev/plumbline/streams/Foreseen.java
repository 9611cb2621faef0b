/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A state as it will be once the clock was advanced or the reference that just came is stored. */
record Foreseen(
    PreferenceState state,
    Instant clock,
    Optional<Prompt> newPrompt,
    Optional<Completion> newCompletion,
    Optional<ComparisonTask> newTask)
    implements PreferenceState {

  static Foreseen at(PreferenceState state, Instant clock) {
    return new Foreseen(state, clock, Optional.empty(), Optional.empty(), Optional.empty());
  }

  static Foreseen with(PreferenceState state, Prompt prompt) {
    return new Foreseen(
        state, state.clock(), Optional.of(prompt), Optional.empty(), Optional.empty());
  }

  static Foreseen with(PreferenceState state, Completion completion) {
    return new Foreseen(
        state, state.clock(), Optional.empty(), Optional.of(completion), Optional.empty());
  }

  static Foreseen with(PreferenceState state, ComparisonTask task) {
    return new Foreseen(
        state, state.clock(), Optional.empty(), Optional.empty(), Optional.of(task));
  }

  @Override
  public boolean knowsPrompt(String itemId) {
    return newPrompt.filter(prompt -> prompt.itemId().equals(itemId)).isPresent()
        || state.knowsPrompt(itemId);
  }

  @Override
  public boolean knowsCompletion(String itemId, String completionId) {
    return newCompletion(itemId, completionId).isPresent()
        || state.knowsCompletion(itemId, completionId);
  }

  @Override
  public Optional<Prompt> prompt(String itemId) {
    return newPrompt
        .filter(prompt -> prompt.itemId().equals(itemId))
        .or(() -> state.prompt(itemId));
  }

  @Override
  public Optional<Completion> completion(String itemId, String completionId) {
    return newCompletion(itemId, completionId).or(() -> state.completion(itemId, completionId));
  }

  private Optional<Completion> newCompletion(String itemId, String completionId) {
    return newCompletion
        .filter(completion -> completion.itemId().equals(itemId))
        .filter(completion -> completion.completionId().equals(completionId));
  }

  @Override
  public Optional<ComparisonTask> task(String itemId, String taskId) {
    return newTask
        .filter(task -> task.itemId().equals(itemId) && task.taskId().equals(taskId))
        .or(() -> state.task(itemId, taskId));
  }

  @Override
  public List<ComparisonTask> tasks(String itemId) {
    return Stream.concat(
            state.tasks(itemId).stream(),
            newTask.stream().filter(task -> task.itemId().equals(itemId)))
        .toList();
  }

  @Override
  public Optional<IdentifiedEvent> identified(String itemId, String eventId) {
    return state.identified(itemId, eventId);
  }

  @Override
  public List<Vote> votes(Question question) {
    return state.votes(question);
  }

  @Override
  public List<SpanMark> marks(String itemId) {
    return state.marks(itemId);
  }

  @Override
  public List<RewardScore> scores(String itemId) {
    return state.scores(itemId);
  }

  @Override
  public Optional<Origin> awaiting(Due due) {
    return state.awaiting(due);
  }

  @Override
  public QuestionState question(Question question) {
    return state.question(question);
  }

  @Override
  public GroupState group(Group group) {
    return state.group(group);
  }

  @Override
  public Map<Question, QuestionState> questions(String itemId) {
    return state.questions(itemId);
  }
}
