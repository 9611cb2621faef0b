/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import dev.plumbline.events.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * What is known of each vote from outside: what it says, when it was said, acknowledged, and seen
 * in a committed example. Votes are numbered from 0; times are milliseconds after the ledger was
 * opened, 0 for not yet. Safe for use by several threads.
 */
final class Ledger {
  private final long openedNanos = System.nanoTime();
  private final AtomicIntegerArray item;
  private final AtomicReferenceArray<Answer> answer;
  private final AtomicIntegerArray said;
  private final AtomicIntegerArray acknowledged;
  private final AtomicIntegerArray seen;
  private int acknowledgedCount;
  private int seenCount;
  private int saidCount;

  Ledger(int capacity) {
    item = new AtomicIntegerArray(capacity);
    answer = new AtomicReferenceArray<>(capacity);
    said = new AtomicIntegerArray(capacity);
    acknowledged = new AtomicIntegerArray(capacity);
    seen = new AtomicIntegerArray(capacity);
  }

  int capacity() {
    return said.length();
  }

  int nowMillis() {
    return Math.toIntExact(Math.max(1, (System.nanoTime() - openedNanos) / 1_000_000));
  }

  static String eventId(int vote) {
    return "v-" + vote;
  }

  private static int voteOf(String eventId) {
    return Integer.parseInt(eventId.substring("v-".length()));
  }

  /**
   * Notes that a vote is about to be sent.
   *
   * @param atMillis when it was to be said, although its sender may be late
   */
  synchronized void say(int vote, int itemNumber, Answer what, int atMillis) {
    item.set(vote, itemNumber);
    answer.set(vote, what);
    said.set(vote, Math.max(1, atMillis));
    saidCount++;
    notifyAll();
  }

  synchronized void acknowledge(int vote) {
    if (acknowledged.compareAndSet(vote, 0, nowMillis())) {
      acknowledgedCount++;
      notifyAll();
    }
  }

  /** Notes that a committed example names the event. */
  synchronized void see(String eventId) {
    if (seen.compareAndSet(voteOf(eventId), 0, nowMillis())) {
      seenCount++;
      notifyAll();
    }
  }

  synchronized int seenCount() {
    return seenCount;
  }

  synchronized int saidCount() {
    return saidCount;
  }

  synchronized void awaitSaid(int votes, Duration patience) throws InterruptedException {
    await(() -> saidCount >= votes, patience, "said " + votes + " votes");
  }

  synchronized void awaitSeen(int votes, Duration patience) throws InterruptedException {
    await(() -> seenCount >= votes, patience, "saw " + votes + " votes in examples");
  }

  /** Waits until everything that was said is acknowledged, and seen in an example. */
  synchronized void awaitAllSeen(Duration patience) throws InterruptedException {
    await(
        () -> acknowledgedCount == saidCount && seenCount == saidCount,
        patience,
        "saw everything that was said");
  }

  private void await(BooleanSupplier condition, Duration patience, String what)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError(
            "expected that within %s one %s, but %d were said, %d acknowledged, %d seen"
                .formatted(patience, what, saidCount, acknowledgedCount, seenCount));
      }
      wait(left);
    }
  }

  /** Votes on an item, in the order in which they were said. */
  record Ballot(List<String> eventIds, List<Answer> answers) {}

  /** All votes that were said, by the number of their item. */
  Map<Integer, Ballot> ballots() {
    Map<Integer, Ballot> ballots = new HashMap<>();
    for (int vote = 0; vote < saidCount(); vote++) {
      Ballot ballot =
          ballots.computeIfAbsent(
              item.get(vote), key -> new Ballot(new ArrayList<>(), new ArrayList<>()));
      ballot.eventIds().add(eventId(vote));
      ballot.answers().add(answer.get(vote));
    }
    return ballots;
  }

  /**
   * Returns how long after {@code from} the last vote was seen that took longer than {@code
   * prompt}: zero if none did. What was said within that time before {@code to}, the next blow,
   * belongs to that one, as it may have been on its way.
   */
  Duration caughtUp(int from, int to, Duration prompt) {
    int last = from;
    for (int vote = 0; vote < saidCount(); vote++) {
      if (said.get(vote) >= from - prompt.toMillis()
          && said.get(vote) < to - prompt.toMillis()
          && seen.get(vote) - said.get(vote) > prompt.toMillis()) {
        last = Math.max(last, seen.get(vote));
      }
    }
    return Duration.ofMillis(last - from);
  }

  /** Returns milliseconds from saying to seeing, sorted. */
  int[] delays() {
    return IntStream.range(0, saidCount())
        .map(vote -> seen.get(vote) - said.get(vote))
        .sorted()
        .toArray();
  }
}
