/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.feeds.TaskJoin.Place;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks that one group of judges has yet to judge, each handed out once prompt and completions
 * are at hand. What is said of a task and the fact that it was judged are one transaction. Belongs
 * to one thread.
 *
 * <p>The committed offsets are those of the oldest records that a task needs which was not judged
 * yet. So a restart misses none, but hands some out again: judges must say the same again, under
 * the same ids, which then counts as a duplicate.
 */
public final class TaskInbox implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TaskInbox.class);

  private final Predicate<ComparisonTask> ours;
  private final Counter forgotten;
  private final TaskJoin join;
  private final ExactlyOnceWriter writer;
  private final TopicReader<String, Prompt> prompts;
  private final TopicReader<String, Completion> completions;
  private final TopicReader<String, ComparisonTask> tasks;

  private TaskInbox(
      RoleContext context,
      String group,
      Predicate<ComparisonTask> ours,
      int itemsInMind,
      Counter forgotten,
      ExactlyOnceWriter writer) {
    this.ours = ours;
    this.forgotten = forgotten;
    this.join = new TaskJoin(itemsInMind);
    this.writer = writer;
    var committed = ExactlyOnceWriter.positions(context.clients(), group);
    List<TopicReader<String, ?>> opened = new ArrayList<>();
    try {
      prompts = open(Topics.PROMPTS, context, group, committed, opened);
      completions = open(Topics.COMPLETIONS, context, group, committed, opened);
      tasks = open(Topics.TASKS, context, group, committed, opened);
    } catch (RuntimeException e) {
      opened.forEach(TopicReader::close);
      throw e;
    }
  }

  /**
   * Fences every earlier inbox of the group, and goes on where it ended.
   *
   * @param group names the group of judges; also the transactional id
   * @param ours which tasks of completions are theirs; others are passed over
   * @param itemsInMind items kept in memory at most, beside those being judged; the oldest are
   *     forgotten first
   * @param forgotten counts tasks lost by that
   */
  public static TaskInbox open(
      RoleContext context,
      String group,
      Predicate<ComparisonTask> ours,
      int itemsInMind,
      Counter forgotten) {
    // Fence first: only then are the committed positions the last ones.
    ExactlyOnceWriter writer = ExactlyOnceWriter.open(context.clients(), group);
    try {
      return new TaskInbox(context, group, ours, itemsInMind, forgotten, writer);
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /** Returns the tasks that can be judged now, after waiting for some at most so long. */
  public List<Judgeable> poll(Duration wait) {
    List<Judgeable> ready = new ArrayList<>();
    ready.addAll(take(prompts.poll(Duration.ZERO), join::add));
    ready.addAll(take(completions.poll(Duration.ZERO), join::add));
    ready.addAll(take(tasks.poll(wait), this::add));
    int lost = join.forget();
    if (lost > 0) {
      forgotten.increment(lost);
      log.warn("{} tasks were given up: prompt or completions did not come", lost);
    }
    return ready;
  }

  /**
   * Writes what was said of some tasks that were handed out; they are not handed out again.
   *
   * @throws org.apache.kafka.common.KafkaException when nothing was written; the inbox must be
   *     closed then
   */
  public void judged(List<Judgeable> judged, List<? extends Record> said) {
    judged.forEach(join::judged);
    writer.write(said, positions());
  }

  @Override
  public void close() {
    prompts.close();
    completions.close();
    tasks.close();
    writer.close();
  }

  private List<Judgeable> add(ComparisonTask task, Place place) {
    if (task.candidates().stream().allMatch(CompletionRef.class::isInstance) && ours.test(task)) {
      return join.add(task, place);
    }
    join.leave(task, place);
    return List.of();
  }

  private static <V> TopicReader<String, V> open(
      Topic<String, V> topic,
      RoleContext context,
      String group,
      Map<TopicPartition, OffsetAndMetadata> committed,
      List<TopicReader<String, ?>> opened) {
    TopicReader<String, V> reader =
        TopicReader.open(
            context.clients(),
            group + "-" + topic.name(),
            topic,
            ExactlyOnceWriter.from(committed, topic, context.layout()));
    opened.add(reader);
    return reader;
  }

  private static <V> List<Judgeable> take(
      List<TopicRecord<String, V>> records, BiFunction<V, Place, List<Judgeable>> into) {
    List<Judgeable> ready = new ArrayList<>();
    for (TopicRecord<String, V> record : records) {
      Place place =
          new Place(new TopicPartition(record.topic().name(), record.partition()), record.offset());
      try {
        record.value().ifPresent(value -> ready.addAll(into.apply(value, place)));
      } catch (UndecodableException e) {
        log.warn("a record is not judged: {}", e.getMessage());
      }
    }
    return ready;
  }

  /** What was read, but not beyond what is still needed. */
  private Map<TopicPartition, OffsetAndMetadata> positions() {
    Map<TopicPartition, Long> needed = join.needed();
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    Map.of(
            Topics.PROMPTS, prompts,
            Topics.COMPLETIONS, completions,
            Topics.TASKS, tasks)
        .forEach(
            (topic, reader) ->
                reader
                    .positions()
                    .forEach(
                        (partition, offset) -> {
                          var place = new TopicPartition(topic.name(), partition);
                          long from = Math.min(offset, needed.getOrDefault(place, offset));
                          positions.put(place, new OffsetAndMetadata(from));
                        }));
    return positions;
  }
}
