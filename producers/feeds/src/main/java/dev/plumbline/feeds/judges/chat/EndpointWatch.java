/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Sees how requests fare and says how the endpoint does. Safe for use by any thread. */
final class EndpointWatch {
  private final Duration slowAfter;
  private final Deque<Instant> inFlight = new ArrayDeque<>();
  private Duration lastTook = Duration.ZERO;
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

  synchronized void answered() {
    trouble = null;
    since = null;
  }

  synchronized void troubled(Condition.State state, Instant at, String reason) {
    if (trouble != state) {
      trouble = state;
      since = at;
    }
    lastError = reason;
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
