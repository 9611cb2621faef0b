/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.feeds.TaskJoin.Judgeable;
import dev.plumbline.feeds.TaskJoin.Place;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A simulated crowd that judges tasks of completions by the true grade of their texts, with stated
 * errors: by comparisons, thumbs or rankings. Its feedback is marked as simulated: in the
 * annotator, in the source, in the log.
 *
 * <p>Votes and offsets are one transaction. The committed offsets are those of the oldest records
 * that a task still waits for, so a restart reads some records again; the votes that may follow
 * from it have the same ids and contents, and count as duplicates.
 */
public final class SimulatedAnnotators extends FeedRole {
  private static final Logger log = LoggerFactory.getLogger(SimulatedAnnotators.class);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final AnnotatorSettings settings;
  private final SimulatedCrowd crowd;
  private final RoleContext context;
  private final Counter votes;
  private final Counter forgotten;

  private SimulatedAnnotators(AnnotatorSettings settings, TruthScore truth, RoleContext context) {
    super("annotators-" + settings.policy());
    this.settings = settings;
    this.crowd = new SimulatedCrowd(settings, truth);
    this.context = context;
    this.votes = context.meters().counter("plumbline.simulated.votes");
    this.forgotten = context.meters().counter("plumbline.simulated.tasks.forgotten");
  }

  /** Starts judging. The topics must exist. */
  public static SimulatedAnnotators start(
      AnnotatorSettings settings, TruthScore truth, RoleContext context) {
    SimulatedAnnotators annotators = new SimulatedAnnotators(settings, truth, context);
    annotators.begin();
    return annotators;
  }

  @Override
  void work() {
    String group = "simulated-annotators-" + settings.policy();
    try (var writer = ExactlyOnceWriter.open(context.clients(), group)) {
      var committed = ExactlyOnceWriter.positions(context.clients(), group);
      try (var prompts = reader(Topics.PROMPTS, group, committed);
          var completions = reader(Topics.COMPLETIONS, group, committed);
          var tasks = reader(Topics.TASKS, group, committed);
          Progress progress = context.progress("simulated annotators", "votes")) {
        log.info(
            "{} SIMULATED annotators judge the tasks of {} from {}",
            settings.reliabilities().size(),
            settings.policy(),
            settings.sources());
        TaskJoin join = new TaskJoin(settings.itemsInMind());
        while (!stopping()) {
          List<Judgeable> ready = new ArrayList<>();
          ready.addAll(take(prompts.poll(Duration.ZERO), join::add));
          ready.addAll(take(completions.poll(Duration.ZERO), join::add));
          ready.addAll(take(tasks.poll(WAIT), (task, place) -> task(join, task, place)));
          forget(join);
          if (!ready.isEmpty()) {
            Instant now = context.clock().instant();
            List<FeedbackEvent> said =
                ready.stream().flatMap(each -> crowd.judge(each, now).stream()).toList();
            writer.write(
                said,
                positions(
                    join,
                    Map.of(
                        Topics.PROMPTS,
                        prompts.positions(),
                        Topics.COMPLETIONS,
                        completions.positions(),
                        Topics.TASKS,
                        tasks.positions())));
            votes.increment(said.size());
            progress.advance(said.size());
          }
        }
      }
    }
  }

  private List<Judgeable> task(TaskJoin join, ComparisonTask task, Place place) {
    boolean ours =
        task.policy().equals(settings.policy())
            && settings.sources().contains(task.source())
            && task.candidates().stream().allMatch(CompletionRef.class::isInstance);
    if (!ours) {
      join.leave(task, place);
      return List.of();
    }
    return join.add(task, place);
  }

  private void forget(TaskJoin join) {
    int lost = join.forget();
    if (lost > 0) {
      forgotten.increment(lost);
      log.warn("{} tasks were given up: prompt or completions did not come", lost);
    }
  }

  private <V> TopicReader<String, V> reader(
      Topic<String, V> topic, String group, Map<TopicPartition, OffsetAndMetadata> committed) {
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

  /** What was read, but not beyond what something still waits for. */
  private static Map<TopicPartition, OffsetAndMetadata> positions(
      TaskJoin join, Map<Topic<String, ?>, Map<Integer, Long>> read) {
    Map<TopicPartition, Long> needed = join.needed();
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    read.forEach(
        (topic, offsets) ->
            offsets.forEach(
                (partition, offset) -> {
                  TopicPartition place = new TopicPartition(topic.name(), partition);
                  long from = Math.min(offset, needed.getOrDefault(place, offset));
                  positions.put(place, new OffsetAndMetadata(from));
                }));
    return positions;
  }
}
