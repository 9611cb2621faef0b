/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.gateway.dialect.Refusal;
import dev.plumbline.gateway.dialect.Refusal.Code;
import dev.plumbline.gateway.dialect.RefusedException;
import dev.plumbline.gateway.live.LiveFeed;
import dev.plumbline.gateway.live.LiveFeed.Update;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Keeps open streams open, a bounded number of them; each lives on its request's thread. */
final class Watchers {
  private static final int MAX_WATCHERS = 200;
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final LiveFeed feed;
  private final Semaphore places = new Semaphore(MAX_WATCHERS);

  Watchers(LiveFeed feed) {
    this.feed = feed;
  }

  /** Writes to one watcher after a change. */
  @FunctionalInterface
  interface Writer {
    void write(EventStream stream, List<Update> updates) throws IOException;
  }

  /** Returns when the watcher has gone or the feed is closed. */
  void watch(Context ctx, Writer writer) throws IOException, InterruptedException {
    if (!places.tryAcquire()) {
      throw new RefusedException(
          Refusal.of(Code.UNAVAILABLE, "%d streams are open already".formatted(MAX_WATCHERS)));
    }
    try {
      EventStream stream = EventStream.open(ctx);
      long seen = 0;
      while (!feed.isClosed()) {
        List<Update> updates = feed.after(seen, HEARTBEAT);
        if (updates.isEmpty()) {
          stream.heartbeat();
        } else {
          writer.write(stream, updates);
          seen = updates.stream().mapToLong(Update::beat).max().orElse(seen);
        }
      }
    } finally {
      places.release();
    }
  }
}
