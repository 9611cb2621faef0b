/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.replay.MemoryLogs;
import java.time.Instant;

/** Source topics in memory, each record under the time it was accepted at. */
final class SourceLogs {
  final MemoryLogs logs = new MemoryLogs();
  private final TopicLayout layout;

  SourceLogs(TopicLayout layout) {
    this.layout = layout;
  }

  /** The logs of a scenario. */
  static SourceLogs of(Scenario scenario) {
    var sources = new SourceLogs(scenario.layout);
    scenario.logs.forEach(
        (place, records) ->
            records.forEach(
                record ->
                    sources.logs.append(
                        place.topic(),
                        place.partition(),
                        acceptedAt(place.topic(), record.value().toArray()).toEpochMilli(),
                        record.key().toArray(),
                        record.value().toArray())));
    return sources;
  }

  /** Appends a prompt and its completions a and b. */
  void addReferences(String itemId) {
    Prompt prompt = Fixtures.prompt(itemId);
    add(Topics.PROMPTS, itemId, prompt, prompt.acceptedAt());
    for (String id : new String[] {"a", "b"}) {
      Completion completion = Fixtures.completion(itemId, id);
      add(Topics.COMPLETIONS, itemId, completion, completion.acceptedAt());
    }
  }

  void add(FeedbackEvent... events) {
    for (FeedbackEvent event : events) {
      add(Topics.FEEDBACK, event.itemId(), event, event.acceptedAt());
    }
  }

  private <V> void add(Topic<String, ? super V> topic, String itemId, V value, Instant time) {
    logs.append(
        topic.name(),
        layout.partitionOf(itemId),
        time.toEpochMilli(),
        topic.key().encode(itemId),
        topic.value().encode(value));
  }

  private static Instant acceptedAt(String topic, byte[] value) {
    try {
      return switch (topic) {
        case "prompts" -> Topics.PROMPTS.value().decode(value).acceptedAt();
        case "completions" -> Topics.COMPLETIONS.value().decode(value).acceptedAt();
        case "tasks" -> Topics.TASKS.value().decode(value).acceptedAt();
        case "rewards" -> Topics.REWARDS.value().decode(value).acceptedAt();
        case "feedback" -> Topics.FEEDBACK.value().decode(value).acceptedAt();
        default -> throw new IllegalArgumentException("no source topic is called " + topic);
      };
    } catch (UndecodableException e) {
      return Fixtures.START;
    }
  }
}
