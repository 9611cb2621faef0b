/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Topics;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The only door through which text, and whatever else is about an item, enters its topics: the one
 * place that would have to seal it. Each record goes to its topic under its item's id, so that all
 * that is about one item shares a partition number. Safe for use by any thread.
 */
public final class FeedbackPublisher {

  private final EventPublisher publisher;

  public FeedbackPublisher(EventPublisher publisher) {
    this.publisher = publisher;
  }

  /** Writes a prompt; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(Prompt prompt) {
    return publisher.publish(Topics.PROMPTS, prompt.itemId(), prompt);
  }

  /** Writes a completion; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(Completion completion) {
    return publisher.publish(Topics.COMPLETIONS, completion.itemId(), completion);
  }

  /** Writes a comparison task; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(ComparisonTask task) {
    return publisher.publish(Topics.TASKS, task.itemId(), task);
  }

  /** Writes a feedback event; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(FeedbackEvent event) {
    return publisher.publish(Topics.FEEDBACK, event.itemId(), event);
  }

  /** Writes a reward score; completes when the broker has acknowledged. */
  public CompletableFuture<RecordMetadata> publish(RewardScore score) {
    return publisher.publish(Topics.REWARDS, score.itemId(), score);
  }
}
