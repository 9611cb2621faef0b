/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Reads all committed examples from the beginning as they come, on a thread of its own: tells the
 * ledger which votes it sees, keeps the last revision of every pair, and minds that revisions count
 * up in their feeds.
 */
final class ExampleWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Ledger ledger;
  private final TopicReader<String, ExampleRecord> reader;
  private final CompletableFuture<Void> reading;
  private final Map<String, Seen> pairs = new HashMap<>();
  private volatile boolean closing;

  /** The last revision of a pair, without its texts. */
  record Seen(
      String itemId,
      int feed,
      int revision,
      int probABetterPpm,
      int probTiePpm,
      int weightPpm,
      List<String> eventIds) {}

  ExampleWatch(KafkaClients clients, Ledger ledger) {
    this.ledger = ledger;
    reader = TopicReader.openAtBeginning(clients, "example-watch", Topics.EXAMPLES);
    reading = CompletableFuture.runAsync(this::read, task -> new Thread(task, "watch").start());
  }

  private void read() {
    try (reader) {
      while (!closing) {
        reader.poll(POLL).forEach(this::take);
      }
    }
  }

  private void take(TopicRecord<String, ExampleRecord> record) {
    if (!(record.value().orElseThrow() instanceof PreferencePair pair)) {
      return;
    }
    Seen before = pairs.get(pair.exampleId());
    assertThat(pair.revision())
        .as("revision of %s at %s", pair.exampleId(), record.place())
        .isEqualTo(before == null ? 1 : before.revision() + 1);
    List<String> eventIds = pair.evidence().eventIds();
    pairs.put(
        pair.exampleId(),
        new Seen(
            pair.itemId(),
            record.partition(),
            pair.revision(),
            pair.probABetterPpm(),
            pair.probTiePpm(),
            pair.weightPpm(),
            eventIds));
    eventIds.forEach(ledger::see);
  }

  /** Throws what stopped the reading, should anything have. */
  void requireUnharmed() {
    if (reading.isCompletedExceptionally()) {
      throw new CompletionException(reading.exceptionNow());
    }
  }

  /** Stops reading and returns the last revision of every pair by its item. */
  Map<String, Seen> finish() {
    close();
    Map<String, Seen> byItem = new HashMap<>();
    pairs
        .values()
        .forEach(
            pair ->
                assertThat(byItem.put(pair.itemId(), pair))
                    .as("second example of %s", pair.itemId())
                    .isNull());
    return byItem;
  }

  @Override
  public void close() {
    closing = true;
    reading.join();
  }
}
