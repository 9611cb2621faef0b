/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.feeds.TaskJoin.Place;
import dev.plumbline.feeds.judges.Judgeable;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.kafka.sealing.TextOpener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out one policy's tasks of completions, each once, from where a group has left off. A task
 * that waits for a text holds its partition's position back; which tasks behind that position are
 * judged is committed with it, so that no restart hands them out again. Belongs to one thread.
 */
final class TaskSource implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TaskSource.class);

  private final String policy;
  private final List<String> sources;
  private final TextOpener opener;
  private final TaskJoin join;
  private final TopicReader<String, Prompt> prompts;
  private final TopicReader<String, Completion> completions;
  private final TopicReader<String, ComparisonTask> tasks;
  private final Map<Integer, JudgedOffsets> judged = new TreeMap<>();

  private TaskSource(
      String policy,
      List<String> sources,
      TextOpener opener,
      TaskJoin join,
      TopicReader<String, Prompt> prompts,
      TopicReader<String, Completion> completions,
      TopicReader<String, ComparisonTask> tasks) {
    this.policy = policy;
    this.sources = sources;
    this.opener = opener;
    this.join = join;
    this.prompts = prompts;
    this.completions = completions;
    this.tasks = tasks;
  }

  /**
   * Goes on where the group's last commit ended; to be opened after fencing.
   *
   * @param sources whose tasks are handed out
   * @param itemsInMind items kept while their tasks or completions are awaited
   */
  static TaskSource open(
      RoleContext context, String group, String policy, List<String> sources, int itemsInMind) {
    var committed = ExactlyOnceWriter.positions(context.clients(), group);
    TaskSource source =
        new TaskSource(
            policy,
            sources,
            context.opener(),
            new TaskJoin(itemsInMind),
            reader(context, Topics.PROMPTS, group, committed),
            reader(context, Topics.COMPLETIONS, group, committed),
            reader(context, Topics.TASKS, group, committed));
    for (int partition = 0; partition < context.layout().partitions(Topics.TASKS); partition++) {
      var position = committed.get(new TopicPartition(Topics.TASKS.name(), partition));
      source.judged.put(partition, JudgedOffsets.from(position));
    }
    return source;
  }

  /** The tasks that have all their texts now; none when there are none within the time given. */
  List<Judgeable> poll(Duration wait) {
    List<Judgeable> ready = new ArrayList<>();
    ready.addAll(
        take(prompts.poll(Duration.ZERO), (prompt, place) -> join.add(opener.open(prompt), place)));
    ready.addAll(
        take(
            completions.poll(Duration.ZERO),
            (completion, place) -> join.add(opener.open(completion), place)));
    for (TopicRecord<String, ComparisonTask> record : tasks.poll(wait)) {
      Bytes value = Bytes.of(record.raw().value() == null ? new byte[0] : record.raw().value());
      ready.addAll(take(List.of(record), (task, place) -> task(task, place, value)));
    }
    return ready;
  }

  /** A task that was handed out is judged; to be said before the positions are committed. */
  void judged(Judgeable task) {
    join.judged(task);
    judged.get(task.origin().partition()).add(task.origin().offset());
  }

  /** Gives up the oldest of what waits, beyond what is kept; returns how many tasks that were. */
  int forget() {
    int lost = join.forget();
    while (!join.isEmpty() && !judgedFit()) {
      lost += join.forgetOldest();
    }
    if (lost > 0) {
      log.warn("{} tasks were given up: prompt or completions did not come", lost);
    }
    return lost;
  }

  /** What was read, but not beyond what something still waits for. */
  Map<TopicPartition, OffsetAndMetadata> positions() {
    Map<TopicPartition, Long> needed = join.needed();
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    from(Topics.PROMPTS, prompts, needed)
        .forEach((place, offset) -> positions.put(place, new OffsetAndMetadata(offset)));
    from(Topics.COMPLETIONS, completions, needed)
        .forEach((place, offset) -> positions.put(place, new OffsetAndMetadata(offset)));
    from(Topics.TASKS, tasks, needed)
        .forEach((place, offset) -> positions.put(place, judged.get(place.partition()).at(offset)));
    return positions;
  }

  @Override
  public void close() {
    prompts.close();
    completions.close();
    tasks.close();
  }

  private boolean judgedFit() {
    return from(Topics.TASKS, tasks, join.needed()).entrySet().stream()
        .allMatch(entry -> judged.get(entry.getKey().partition()).fit(entry.getValue()));
  }

  private static Map<TopicPartition, Long> from(
      Topic<?, ?> topic, TopicReader<?, ?> reader, Map<TopicPartition, Long> needed) {
    Map<TopicPartition, Long> from = new HashMap<>();
    reader
        .positions()
        .forEach(
            (partition, offset) -> {
              TopicPartition place = new TopicPartition(topic.name(), partition);
              from.put(place, Math.min(offset, needed.getOrDefault(place, offset)));
            });
    return from;
  }

  private List<Judgeable> task(ComparisonTask task, Place place, Bytes value) {
    if (judged.get(place.partition().partition()).contains(place.offset())) {
      return List.of();
    }
    boolean ours =
        task.policy().equals(policy)
            && sources.contains(task.source())
            && task.candidates().stream().allMatch(CompletionRef.class::isInstance);
    if (!ours) {
      join.leave(task, place);
      return List.of();
    }
    return join.add(task, place, value);
  }

  private static <V> TopicReader<String, V> reader(
      RoleContext context,
      Topic<String, V> topic,
      String group,
      Map<TopicPartition, OffsetAndMetadata> committed) {
    return TopicReader.open(
        context.clients(),
        group + "-" + topic.name(),
        topic,
        ExactlyOnceWriter.from(committed, topic, context.layout()));
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
}
