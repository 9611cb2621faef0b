/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brings together a task, its prompt and its completions, in whichever order they arrive, and knows
 * from where reading must start again so that nothing that still waits is missed. Keeps a bounded
 * number of items in mind; the oldest is forgotten first. Belongs to one thread.
 */
final class TaskJoin {
  private final int itemsInMind;
  private final LinkedHashMap<String, Item> items = new LinkedHashMap<>();

  TaskJoin(int itemsInMind) {
    this.itemsInMind = itemsInMind;
  }

  /** Where a record stands. */
  record Place(TopicPartition partition, long offset) {}

  /** A task of completions with all texts at hand, candidates in the order shown. */
  record Judgeable(
      String taskId, String itemId, String criterion, String prompt, List<Shown> candidates) {}

  /** A completion as annotators see it. */
  record Shown(String id, String text) {}

  List<Judgeable> add(Prompt prompt, Place place) {
    Item item = item(prompt.itemId(), place);
    if (prompt.text() instanceof Text.Plain plain) {
      item.prompt = plain.text();
    }
    return item.ready();
  }

  List<Judgeable> add(Completion completion, Place place) {
    Item item = item(completion.itemId(), place);
    if (completion.text() instanceof Text.Plain plain) {
      item.completions.put(completion.completionId(), plain.text());
    }
    return item.ready();
  }

  /** A task to be judged. */
  List<Judgeable> add(ComparisonTask task, Place place) {
    Item item = item(task.itemId(), place);
    item.tasks.add(task);
    return item.ready();
  }

  /** A task that is left to others: its item waits for nothing more. */
  void leave(ComparisonTask task, Place place) {
    item(task.itemId(), place).settle();
  }

  /** The first offset of each partition that something still waits for. */
  Map<TopicPartition, Long> needed() {
    Map<TopicPartition, Long> needed = new HashMap<>();
    for (Item item : items.values()) {
      item.needed.forEach((partition, offset) -> needed.merge(partition, offset, Math::min));
    }
    return needed;
  }

  /** Forgets the oldest items beyond the bound and returns how many tasks were lost by it. */
  int forget() {
    int lost = 0;
    Iterator<Item> oldest = items.values().iterator();
    while (items.size() > itemsInMind) {
      lost += oldest.next().tasks.size();
      oldest.remove();
    }
    return lost;
  }

  private Item item(String itemId, Place place) {
    Item item = items.computeIfAbsent(itemId, id -> new Item());
    item.needed.merge(place.partition(), place.offset(), Math::min);
    return item;
  }

  /** What is known of an item. */
  private static final class Item {
    private @Nullable String prompt;
    private final Map<String, String> completions = new HashMap<>();
    private final List<ComparisonTask> tasks = new ArrayList<>();
    private final Map<TopicPartition, Long> needed = new HashMap<>();

    /** Takes out the tasks that have all their texts. */
    List<Judgeable> ready() {
      List<Judgeable> ready = new ArrayList<>();
      for (Iterator<ComparisonTask> each = tasks.iterator(); each.hasNext(); ) {
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

    private Optional<Judgeable> judgeable(ComparisonTask task) {
      if (prompt == null) {
        return Optional.empty();
      }
      List<Shown> candidates = new ArrayList<>();
      for (Candidate candidate : task.candidates()) {
        @Nullable String text = completions.get(candidate.candidateId());
        if (text == null) {
          return Optional.empty();
        }
        candidates.add(new Shown(candidate.candidateId(), text));
      }
      return Optional.of(
          new Judgeable(
              task.taskId(), task.itemId(), task.criterion(), prompt, List.copyOf(candidates)));
    }
  }
}
