/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.kafka.FeedbackPublisher;
import java.util.concurrent.CompletableFuture;

/** The door to the topics. */
record KafkaDoor(FeedbackPublisher publisher) implements Door {
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
    return publisher.publish(event);
  }
}
