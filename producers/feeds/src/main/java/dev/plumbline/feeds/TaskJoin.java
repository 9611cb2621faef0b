/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.feeds.judges.Judgeable.Origin;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brings together a task, its prompt and its completions, in whichever order they arrive, and knows
 * from where reading must start again so that nothing is missed that still waits or was handed out
 * and not judged yet. Keeps a bounded number of items in mind; the oldest is forgotten first.
 * Belongs to one thread.
 */
final class TaskJoin {
  private final int itemsInMind;
  private final LinkedHashMap<String, Item> items = new LinkedHashMap<>();
  private final Map<Origin, Map<TopicPartition, Long>> handedOut = new HashMap<>();

  TaskJoin(int itemsInMind) {
    this.itemsInMind = itemsInMind;
  }

  /** Where a record stands. */
  record Place(TopicPartition partition, long offset) {}

  List<Judgeable> add(Prompt prompt, Place place) {
    Item item = item(prompt.itemId(), place);
    if (prompt.text() instanceof Text.Plain plain) {
      item.prompt = plain.text();
      item.subject = prompt.subject();
    }
    return handOut(item);
  }

  List<Judgeable> add(Completion completion, Place place) {
    Item item = item(completion.itemId(), place);
    if (completion.text() instanceof Text.Plain plain) {
      item.completions.put(
          completion.completionId(),
          new Shown(completion.completionId(), plain.text(), completion.tokenIds()));
    }
    return handOut(item);
  }

  /**
   * A task to be judged.
   *
   * @param value its record's value
   */
  List<Judgeable> add(ComparisonTask task, Place place, Bytes value) {
    Item item = item(task.itemId(), place);
    Origin origin = new Origin(place.partition().partition(), place.offset(), value);
    item.tasks.add(new Waiting(task, origin));
    return handOut(item);
  }

  /** A task that is left to others: its item waits for nothing more. */
  void leave(ComparisonTask task, Place place) {
    item(task.itemId(), place).settle();
  }

  /** A task that was handed out is judged now: nobody has to read it again. */
  void judged(Judgeable task) {
    handedOut.remove(task.origin());
  }

  /** The first offset of each partition that something still waits for. */
  Map<TopicPartition, Long> needed() {
    Map<TopicPartition, Long> needed = new HashMap<>();
    for (Item item : items.values()) {
      item.needed.forEach((partition, offset) -> needed.merge(partition, offset, Math::min));
    }
    for (Map<TopicPartition, Long> ofTask : handedOut.values()) {
      ofTask.forEach((partition, offset) -> needed.merge(partition, offset, Math::min));
    }
    return needed;
  }

  /** Forgets the oldest items beyond the bound and returns how many tasks were lost by it. */
  int forget() {
    int lost = 0;
    while (items.size() > itemsInMind) {
      lost += forgetOldest();
    }
    return lost;
  }

  /** Forgets the oldest item, if there is one, and returns how many tasks were lost by it. */
  int forgetOldest() {
    @Nullable Entry<String, Item> oldest = items.pollFirstEntry();
    return oldest == null ? 0 : oldest.getValue().tasks.size();
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  private List<Judgeable> handOut(Item item) {
    Map<TopicPartition, Long> needed = Map.copyOf(item.needed);
    List<Judgeable> ready = item.ready();
    ready.forEach(task -> handedOut.put(task.origin(), needed));
    return ready;
  }

  private Item item(String itemId, Place place) {
    Item item = items.computeIfAbsent(itemId, id -> new Item());
    item.needed.merge(place.partition(), place.offset(), Math::min);
    return item;
  }

  /** A task that lacks a text. */
  private record Waiting(ComparisonTask task, Origin origin) {}

  /** What is known of an item. */
  private static final class Item {
    private @Nullable String prompt;
    private @Nullable String subject;
    private final Map<String, Shown> completions = new HashMap<>();
    private final List<Waiting> tasks = new ArrayList<>();
    private final Map<TopicPartition, Long> needed = new HashMap<>();

    /** Takes out the tasks that have all their texts. */
    List<Judgeable> ready() {
      List<Judgeable> ready = new ArrayList<>();
      for (Iterator<Waiting> each = tasks.iterator(); each.hasNext(); ) {
        judgeable(each.next())
            .ifPresent(
                judgeable -> {
                  ready.add(judgeable);
                  each.remove();
                });
      }
      if (!ready.isEmpty()) {
        settle();
      }
      return ready;
    }

    /** The texts stay in mind for later tasks, but nobody has to read them again. */
    void settle() {
      if (tasks.isEmpty()) {
        needed.clear();
      }
    }

    private Optional<Judgeable> judgeable(Waiting waiting) {
      ComparisonTask task = waiting.task();
      if (prompt == null) {
        return Optional.empty();
      }
      List<Shown> candidates = new ArrayList<>();
      for (Candidate candidate : task.candidates()) {
        @Nullable Shown shown = completions.get(candidate.candidateId());
        if (shown == null) {
          return Optional.empty();
        }
        candidates.add(shown);
      }
      return Optional.of(
          new Judgeable(
              task.taskId(),
              task.itemId(),
              task.criterion(),
              prompt,
              candidates,
              waiting.origin(),
              subject));
    }
  }
}
