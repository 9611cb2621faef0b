/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.feeds.TaskJoin.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much more the sampler may generate, so that examples that wait to be learned and
 * tasks that will become examples together never exceed a number of versions' worth. Knows only
 * what is on the topics. Belongs to one thread.
 *
 * <p>An example waits from its first revision in the feed until a version's consumed range ends
 * after it; only examples of the kind that the policy is learned from do, and of these only what
 * the trainer counts towards a version, so that a full measure always makes a version.
 *
 * <p>A task counts from when it was written until an example of its item appears. Some tasks never
 * make one (a vote of "can't tell", nobody voting), so a task stops counting also when an example
 * appears of a task written one version's worth of tasks later, or when its patience is over: what
 * is never answered slows the sampler down, but can't stop it.
 *
 * <p>Rollouts go stale, so their tasks are not given up by time: a silent judge will score them
 * when it is back. While too few examples wait to make a version, one task more is allowed each
 * time the patience has passed since the last one: once it makes an example, tasks that it overtook
 * stop counting as above.
 *
 * <p>With E examples per version and A versions ahead, there are thus never more than A * E groups
 * that the version in use has not learned from (and one for each probe). If they are scored in the
 * order in which they were put up, a group is among the next A * E to be learned, in one of the
 * next A versions; the policy that learns from it is at most A - 1 versions ahead of it.
 */
final class BackPressure {
  private final ExampleKind kind;
  private final int examplesPerVersion;
  private final int limit;
  private final Duration taskPatience;
  private final Map<String, Long> waiting = new HashMap<>();
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private final LinkedHashMap<String, Task> tasks = new LinkedHashMap<>();
  private Instant lastTask = Instant.MAX;
  private long tasksWritten;
  private long learnedTo;

  private record Arrival(String exampleId, long offset) {}

  private record Task(long number, Instant writtenAt, Place place, long feedPosition) {}

  /**
   * @param kind what counts
   * @param examplesPerVersion examples that make a version
   * @param versionsAhead versions' worth that are never exceeded
   * @param taskPatience how long a task counts; of rollouts, how long after a task one more is
   *     allowed
   */
  BackPressure(ExampleKind kind, int examplesPerVersion, int versionsAhead, Duration taskPatience) {
    this.kind = kind;
    this.examplesPerVersion = examplesPerVersion;
    this.limit = examplesPerVersion * versionsAhead;
    this.taskPatience = taskPatience;
  }

  /**
   * A task about an item was written.
   *
   * @param place where it stands
   * @param feedPosition an offset of the feed before which it can't have an example
   */
  void taskWritten(String itemId, Instant at, Place place, long feedPosition) {
    tasks.put(itemId, new Task(tasksWritten++, at, place, feedPosition));
    lastTask = at;
  }

  /** An example stands in the feed. */
  void appeared(long offset, TrainingExample example) {
    if (!kind.holds(example)) {
      return;
    }
    settle(example.itemId());
    if (offset < learnedTo
        || example.split() == Split.HELD_OUT
        || !(prompt(example) instanceof Text.Plain)) {
      return;
    }
    if (example.evidence().isWithdrawn()) {
      waiting.remove(example.exampleId());
    } else if (example.revision() == 1 || waiting.containsKey(example.exampleId())) {
      waiting.put(example.exampleId(), offset);
      arrivals.add(new Arrival(example.exampleId(), offset));
    }
  }

  private static Text prompt(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> pair.prompt();
      case UnpairedExample one -> one.prompt();
      case RankedGroup group -> group.prompt();
      case RolloutGroup group -> group.prompt();
    };
  }

  /** A version has learned all of the feed before this offset. */
  void learned(long to) {
    learnedTo = Math.max(learnedTo, to);
    for (@Nullable Arrival first = arrivals.peek();
        first != null && first.offset() < learnedTo;
        first = arrivals.peek()) {
      arrivals.remove();
      waiting.remove(first.exampleId(), first.offset());
    }
  }

  /** How many tasks more may be written at this time. */
  int room(Instant now) {
    if (kind == ExampleKind.ROLLOUT) {
      boolean isStuck = waiting.size() < examplesPerVersion && !tasks.isEmpty();
      boolean mayProbe = isStuck && !now.isBefore(lastTask.plus(taskPatience));
      return Math.max(limit - waiting.size() - tasks.size(), mayProbe ? 1 : 0);
    }
    dropTasksBefore(Long.MIN_VALUE, now.minus(taskPatience));
    return Math.max(limit - waiting.size() - tasks.size(), 0);
  }

  /** Examples that wait to be learned. */
  int waitingExamples() {
    return waiting.size();
  }

  /** Tasks that may yet become examples. */
  int openTasks() {
    return tasks.size();
  }

  /** The first offset of each partition of tasks from which on there are open ones. */
  Map<TopicPartition, Long> firstOpenTasks() {
    Map<TopicPartition, Long> first = new HashMap<>();
    for (Task task : tasks.values()) {
      first.merge(task.place().partition(), task.place().offset(), Math::min);
    }
    return first;
  }

  /** The first offset of the feed at which an open task may have an example, if one is open. */
  OptionalLong firstExampleOfOpenTasks() {
    return tasks.values().stream().mapToLong(Task::feedPosition).min();
  }

  private void settle(String itemId) {
    @Nullable Task task = tasks.remove(itemId);
    if (task != null) {
      dropTasksBefore(task.number() - examplesPerVersion, Instant.MIN);
    }
  }

  /** Tasks stand in the order in which they were written. */
  private void dropTasksBefore(long number, Instant writtenAt) {
    var oldest = tasks.values().iterator();
    while (oldest.hasNext()) {
      Task task = oldest.next();
      if (task.number() >= number && task.writtenAt().isAfter(writtenAt)) {
        return;
      }
      oldest.remove();
    }
  }
}
