/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * From the acknowledgement of the vote that completes a quorum to the example in the hands of a
 * reader of committed records, at a steady rate of such votes.
 */
final class Delays {
  private static final Duration TURN = Duration.ofMillis(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Load load;
  private final int firstItem;
  private final AtomicLongArray acknowledged;
  private final AtomicLongArray seen;
  private final CountDownLatch missing;

  private Delays(Load load, int firstItem, int votes) {
    this.load = load;
    this.firstItem = firstItem;
    acknowledged = new AtomicLongArray(votes);
    seen = new AtomicLongArray(votes);
    missing = new CountDownLatch(2 * votes);
  }

  /**
   * Measures a run that has caught up.
   *
   * @param from the ends of the feeds
   * @param firstItem the first of the items whose second votes complete their quorums
   * @return milliseconds of every vote, sorted
   */
  static double[] measure(
      KafkaClients clients,
      Load load,
      Map<Integer, Long> from,
      int firstItem,
      int votes,
      int votesPerSecond)
      throws InterruptedException {
    var delays = new Delays(load, firstItem, votes);
    try (TopicReader<String, ?> reader =
            TopicReader.open(clients, "bench-delays", Topics.EXAMPLES, from);
        ScheduledExecutorService voting = Executors.newSingleThreadScheduledExecutor()) {
      var next = new AtomicInteger();
      long start = System.nanoTime();
      var turns =
          voting.scheduleAtFixedRate(
              () -> delays.vote(next, start, votesPerSecond),
              0,
              TURN.toMillis(),
              TimeUnit.MILLISECONDS);
      long end = start + TimeUnit.SECONDS.toNanos(votes / votesPerSecond) + PATIENCE.toNanos();
      while (delays.missing.getCount() > 0) {
        reader.poll(POLL).forEach(record -> delays.see(record.value().orElseThrow()));
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "%d of %d votes were not acknowledged and seen in time"
                  .formatted(delays.missing.getCount(), 2 * votes));
        }
      }
      turns.cancel(false);
    }
    return IntStream.range(0, votes)
        .mapToDouble(vote -> (delays.seen.get(vote) - delays.acknowledged.get(vote)) / 1e6)
        .sorted()
        .toArray();
  }

  private void vote(AtomicInteger next, long start, int votesPerSecond) {
    long due = (System.nanoTime() - start) * votesPerSecond / 1_000_000_000;
    while (next.get() < Math.min(due, seen.length())) {
      int vote = next.getAndIncrement();
      CompletableFuture<?> sending = load.send(load.vote(firstItem + vote, 1));
      var unused =
          sending.thenRun(
              () -> {
                acknowledged.set(vote, System.nanoTime());
                missing.countDown();
              });
    }
  }

  private void see(Object record) {
    if (record instanceof TrainingExample example) {
      List<String> eventIds = example.evidence().eventIds();
      int vote = Integer.parseInt(example.itemId().substring("item-".length())) - firstItem;
      if (vote >= 0
          && vote < seen.length()
          && eventIds.size() == Load.VOTES_PER_ITEM
          && seen.compareAndSet(vote, 0, System.nanoTime())) {
        missing.countDown();
      }
    }
  }
}
