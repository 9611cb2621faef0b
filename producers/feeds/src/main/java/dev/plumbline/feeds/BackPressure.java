/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Split;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the sampler has generated enough: when examples that wait to be learned and tasks
 * that will become examples together reach a number of versions' worth. Knows only what is on the
 * topics. Belongs to one thread.
 *
 * <p>An example waits from its first revision in the feed until a version's consumed range ends
 * after it; only examples of the kind that the policy is learned from do, and of these only what
 * the trainer counts towards a version, so that a full measure always makes a version.
 *
 * <p>A task counts from when it was written until an example of its item appears. Some tasks never
 * make one (a vote of "can't tell", nobody voting), so a task stops counting also when an example
 * appears of a task written one version's worth of tasks later, or when its patience is over: what
 * is never answered slows the sampler down, but can't stop it.
 */
final class BackPressure {
  private final ExampleKind kind;
  private final int examplesPerVersion;
  private final int limit;
  private final Duration taskPatience;
  private final Map<String, Long> waiting = new HashMap<>();
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private final LinkedHashMap<String, Task> tasks = new LinkedHashMap<>();
  private long tasksWritten;
  private long learnedTo;

  private record Arrival(String exampleId, long offset) {}

  private record Task(String itemId, long number, Instant writtenAt) {}

  /**
   * @param kind what counts
   * @param examplesPerVersion examples that make a version
   * @param versionsAhead versions' worth at which it is enough
   * @param taskPatience how long a task counts
   */
  BackPressure(ExampleKind kind, int examplesPerVersion, int versionsAhead, Duration taskPatience) {
    this.kind = kind;
    this.examplesPerVersion = examplesPerVersion;
    this.limit = examplesPerVersion * versionsAhead;
    this.taskPatience = taskPatience;
  }

  /** A task about this item was written. */
  void taskWritten(String itemId, Instant at) {
    tasks.put(itemId, new Task(itemId, tasksWritten++, at));
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

  /** Whether no more should be generated at this time. */
  boolean isEnough(Instant now) {
    dropTasksBefore(Long.MIN_VALUE, now.minus(taskPatience));
    return waiting.size() + tasks.size() >= limit;
  }

  /** Examples that wait to be learned. */
  int waitingExamples() {
    return waiting.size();
  }

  /** Tasks that may yet become examples. */
  int openTasks() {
    return tasks.size();
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
