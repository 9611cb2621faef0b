/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Tick;
import dev.plumbline.events.Topics;
import dev.plumbline.events.UndecodableException;
import dev.plumbline.kafka.TopicLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads records, each once, and refuses those that are not what their topic promises: bytes of
 * another kind, a key that is not the item, a partition that is not the key's.
 */
final class Intake {
  private final TopicLayout layout;
  private final Map<String, Function<Origin, Input>> readers =
      Map.of(
          Topics.PROMPTS.name(), this::prompt,
          Topics.COMPLETIONS.name(), this::completion,
          Topics.TASKS.name(), this::task,
          Topics.FEEDBACK.name(), this::feedback,
          Topics.REWARDS.name(), this::score);

  Intake(TopicLayout layout) {
    this.layout = layout;
  }

  /**
   * Returns what a record says.
   *
   * @throws dev.plumbline.events.UnknownSchemaException if only a newer reader can tell
   */
  Input read(Origin origin) {
    Function<Origin, Input> reader = readers.get(origin.topic());
    if (reader == null) {
      throw new IllegalStateException("no rule reads the topic " + origin.topic());
    }
    try {
      return reader.apply(origin);
    } catch (UndecodableException e) {
      String detail = e.getMessage() == null ? e.toString() : e.getMessage();
      return new Input.Refused(origin, DeadLetterReason.UNDECODABLE, detail, null, null);
    }
  }

  private Input prompt(Origin origin) {
    Prompt prompt = Topics.PROMPTS.value().decode(origin.value().toArray());
    return keyed(
        new Input.PromptArrived(origin, prompt), prompt.itemId(), null, prompt.acceptedAt());
  }

  private Input completion(Origin origin) {
    Completion completion = Topics.COMPLETIONS.value().decode(origin.value().toArray());
    return keyed(
        new Input.CompletionArrived(origin, completion),
        completion.itemId(),
        null,
        completion.acceptedAt());
  }

  private Input task(Origin origin) {
    ComparisonTask task = Topics.TASKS.value().decode(origin.value().toArray());
    return keyed(new Input.TaskArrived(origin, task), task.itemId(), null, task.acceptedAt());
  }

  private Input feedback(Origin origin) {
    return switch (Topics.FEEDBACK.value().decode(origin.value().toArray())) {
      case FeedbackEvent event when isForEveryPartition(event) ->
          new Input.EventArrived(origin, event);
      case FeedbackEvent event ->
          keyed(
              new Input.EventArrived(origin, event),
              event.itemId(),
              event.eventId(),
              event.acceptedAt());
      case Tick tick -> new Input.TimePassed(origin, tick);
    };
  }

  /** The retraction of all that somebody contributed stands in every partition, under that id. */
  private static boolean isForEveryPartition(FeedbackEvent event) {
    return event.statement()
            instanceof Statement.Retraction(Statement.WholeContribution(String annotatorId))
        && event.itemId().equals(annotatorId);
  }

  private Input score(Origin origin) {
    RewardScore score = Topics.REWARDS.value().decode(origin.value().toArray());
    return keyed(
        new Input.ScoreArrived(origin, score), score.itemId(), score.eventId(), score.acceptedAt());
  }

  private Input keyed(Input input, String itemId, @Nullable String eventId, Instant acceptedAt) {
    Origin origin = input.origin();
    Bytes expected = Bytes.of(itemId.getBytes(StandardCharsets.UTF_8));
    int partition = layout.partitionOf(itemId);
    if (expected.equals(origin.key()) && partition == origin.partition()) {
      return input;
    }
    String detail =
        "item %s belongs under its own key in partition %d of %d, but stood under key %s in partition %d"
            .formatted(
                itemId,
                partition,
                layout.itemPartitions(),
                shown(origin.key()),
                origin.partition());
    return new Input.Refused(origin, DeadLetterReason.MIS_PARTITIONED, detail, eventId, acceptedAt);
  }

  private static String shown(@Nullable Bytes key) {
    return key == null ? "(none)" : new String(key.toArray(), StandardCharsets.UTF_8);
  }
}
