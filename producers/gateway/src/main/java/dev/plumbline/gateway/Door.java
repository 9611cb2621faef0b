/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import java.util.concurrent.CompletableFuture;

/**
 * Where accepted records go. Each future completes when the record is stored durably, or
 * exceptionally with the reason why it may not be. Safe for use by several threads.
 */
interface Door {
  /** Hands on a prompt. */
  CompletableFuture<?> publish(Prompt prompt);

  /** Hands on a completion. */
  CompletableFuture<?> publish(Completion completion);

  /** Hands on a comparison task. */
  CompletableFuture<?> publish(ComparisonTask task);

  /** Hands on a feedback event. */
  CompletableFuture<?> publish(FeedbackEvent event);
}
