/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A door that keeps what it is given and acknowledges as a test wants it to. */
final class InMemoryDoor implements Door {
  final List<Record> records = new CopyOnWriteArrayList<>();

  /** The next acknowledgements. */
  volatile Supplier<CompletableFuture<?>> acknowledgement =
      () -> CompletableFuture.completedFuture(null);

  @Override
  public CompletableFuture<?> publish(Prompt prompt) {
    return take(prompt);
  }

  @Override
  public CompletableFuture<?> publish(Completion completion) {
    return take(completion);
  }

  @Override
  public CompletableFuture<?> publish(ComparisonTask task) {
    return take(task);
  }

  @Override
  public CompletableFuture<?> publish(FeedbackEvent event) {
    return take(event);
  }

  private CompletableFuture<?> take(Record record) {
    records.add(record);
    return acknowledgement.get();
  }
}
