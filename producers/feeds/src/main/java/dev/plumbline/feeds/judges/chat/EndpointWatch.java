/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Sees how requests fare and says how the endpoint does. Safe for use by any thread. */
final class EndpointWatch {
  /** Failures with no answer between them. */
  private static final int TOLD_AFTER = 5;

  private final Duration slowAfter;
  private final Deque<Instant> inFlight = new ArrayDeque<>();
  private Duration lastTook = Duration.ZERO;
  private int failures;
  private Condition.@Nullable State trouble;
  private @Nullable Instant since;
  private @Nullable String lastError;

  EndpointWatch(Duration slowAfter) {
    this.slowAfter = slowAfter;
  }

  synchronized void begun(Instant at) {
    inFlight.add(at);
  }

  /** A request that began at {@code begun} is over, one way or another. */
  synchronized void ended(Instant begun, Duration took) {
    inFlight.removeFirstOccurrence(begun);
    lastTook = took;
  }

  /** An answer came; returns whether an operator was told of trouble before. */
  synchronized boolean answered() {
    boolean told = failures >= TOLD_AFTER;
    trouble = null;
    since = null;
    failures = 0;
    return told;
  }

  /** No answer came; returns whether an operator is to be told now: once, where it goes on. */
  synchronized boolean troubled(Condition.State state, Instant at, String reason) {
    if (trouble != state) {
      trouble = state;
      since = at;
    }
    lastError = reason;
    failures++;
    return failures == TOLD_AFTER;
  }

  /** Something went wrong that says nothing of the endpoint's condition. */
  synchronized void noted(String error) {
    lastError = error;
  }

  synchronized Condition condition(Instant now) {
    if (trouble != null) {
      return new Condition(trouble, since, lastError);
    }
    Instant oldest = inFlight.stream().min(Instant::compareTo).orElse(now);
    if (Duration.between(oldest, now).compareTo(slowAfter) > 0) {
      return new Condition(Condition.State.SLOW, oldest, lastError);
    }
    return new Condition(
        lastTook.compareTo(slowAfter) > 0 ? Condition.State.SLOW : Condition.State.WORKING,
        null,
        lastError);
  }
}
