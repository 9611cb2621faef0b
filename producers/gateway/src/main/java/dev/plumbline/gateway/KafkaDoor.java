/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.TopicLayout;
import java.util.concurrent.CompletableFuture;

/** The door to the topics. */
record KafkaDoor(FeedbackPublisher publisher, TopicLayout layout) implements Door {
  @Override
  public CompletableFuture<?> publish(Prompt prompt) {
    return publisher.publish(prompt);
  }

  @Override
  public CompletableFuture<?> publish(Completion completion) {
    return publisher.publish(completion);
  }

  @Override
  public CompletableFuture<?> publish(ComparisonTask task) {
    return publisher.publish(task);
  }

  @Override
  public CompletableFuture<?> publish(FeedbackEvent event) {
    return event.statement()
            instanceof Statement.Retraction(Statement.WholeContribution contribution)
        ? publisher.publishEverywhere(ofAnnotator(event, contribution.annotatorId()), layout)
        : publisher.publish(event);
  }

  /** Whatever item it came with: it is about all items. */
  private static FeedbackEvent ofAnnotator(FeedbackEvent event, String annotatorId) {
    return new FeedbackEvent(
        event.eventId(),
        annotatorId,
        event.annotator(),
        event.source(),
        event.acceptedAt(),
        event.claimedAt(),
        event.taskId(),
        event.criterion(),
        event.statement());
  }
}
