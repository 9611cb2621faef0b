/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the topology counts. After a restart a record may be counted once more; the topics are the
 * truth. Safe for use by several stream threads.
 */
final class StreamsMeters {
  private final Map<String, Counter> records = new ConcurrentHashMap<>();
  private final Map<String, Counter> duplicates = new ConcurrentHashMap<>();
  private final Map<DeadLetterReason, Counter> deadLetters = new EnumMap<>(DeadLetterReason.class);
  private final Map<Disposition.Discount, Counter> discounted =
      new EnumMap<>(Disposition.Discount.class);
  private final Map<String, Counter> examples = new ConcurrentHashMap<>();
  private final Counter revisions;
  private final Counter changedVotes;
  private final Counter contradictions;
  private final Map<Integer, Integer> waiting = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  StreamsMeters(MeterRegistry registry) {
    this.registry = registry;
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      deadLetters.put(
          reason,
          Counter.builder("plumbline.streams.dead.letters")
              .description("records that could not be used")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .register(registry));
    }
    for (Disposition.Discount cause : Disposition.Discount.values()) {
      discounted.put(
          cause,
          Counter.builder("plumbline.streams.discounted")
              .description("votes and marks that counted nothing when they came")
              .tag("reason", cause.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .register(registry));
    }
    revisions =
        Counter.builder("plumbline.streams.revisions")
            .description("examples that replace an earlier revision")
            .register(registry);
    changedVotes =
        Counter.builder("plumbline.streams.changed.votes")
            .description("votes and marks that took the place of an earlier one of their annotator")
            .register(registry);
    contradictions =
        Counter.builder("plumbline.streams.contradictions")
            .description("votes that say the opposite of the one whose place they took")
            .register(registry);
    Gauge.builder(
            "plumbline.streams.waiting",
            waiting,
            counts -> counts.values().stream().mapToInt(Integer::intValue).sum())
        .description("votes, marks, scores and questions that wait for references or a deadline")
        .register(registry);
  }

  void read(String topic) {
    records
        .computeIfAbsent(
            topic,
            name ->
                Counter.builder("plumbline.streams.records")
                    .description(
                        "records read from prompts, completions, tasks, feedback and rewards")
                    .tag("topic", name)
                    .register(registry))
        .increment();
  }

  void waiting(int partition, int count) {
    waiting.put(partition, count);
  }

  void closed(int partition) {
    waiting.remove(partition);
  }

  void count(Effect.Output output) {
    switch (output) {
      case Effect.Emit(TrainingExample example) -> {
        examples
            .computeIfAbsent(
                kind(example),
                kind ->
                    Counter.builder("plumbline.streams.examples")
                        .description("examples emitted, revisions included")
                        .tag("kind", kind)
                        .register(registry))
            .increment();
        if (example.revision() > 1) {
          revisions.increment();
        }
      }
      case Effect.SetAside(var letter) -> deadLetters.get(letter.reason()).increment();
      case Effect.CountChange(boolean isOpposite) -> {
        changedVotes.increment();
        if (isOpposite) {
          contradictions.increment();
        }
      }
      case Effect.CountDiscounted(Disposition.Discount cause) -> discounted.get(cause).increment();
      case Effect.Report report -> {}
      case Effect.CountDuplicate(String topic) ->
          duplicates
              .computeIfAbsent(
                  topic,
                  name ->
                      Counter.builder("plumbline.streams.duplicates")
                          .description("further copies of a known record")
                          .tag("topic", name)
                          .register(registry))
              .increment();
    }
  }

  private static String kind(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> "preference-pair";
      case UnpairedExample one -> "unpaired-example";
      case RankedGroup group -> "ranked-group";
      case RolloutGroup group -> "rollout-group";
    };
  }
}
