/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask when: so many at a time, so many per second, and nobody while the endpoint wants to
 * be left alone. Safe for use by any thread.
 */
final class Pace implements AutoCloseable {
  private final InstantSource clock;
  private final Pause pause;
  private final Semaphore permits;
  private final TokenBucket bucket;
  private final AtomicReference<Instant> heldUntil = new AtomicReference<>(Instant.EPOCH);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** A way to let time pass; tests have their own. */
  @FunctionalInterface
  interface Pause {
    void atMost(Duration time) throws InterruptedException;
  }

  /**
   * @param pause how time passes; really, when null
   */
  Pace(ChatSettings settings, InstantSource clock, @Nullable Pause pause) {
    this.clock = clock;
    this.pause = pause == null ? this::pauseUntilClosed : pause;
    this.permits = new Semaphore(settings.concurrency(), true);
    this.bucket = new TokenBucket(settings.requestsPerSecond(), clock.instant());
  }

  /** Waits for a turn, which {@link #leave} gives back. */
  void enter() throws InterruptedException {
    permits.acquire();
    try {
      Duration wait = bucket.take(clock.instant());
      do {
        pause(wait);
        wait = Duration.between(clock.instant(), heldUntil.get());
      } while (wait.isPositive() && !isClosed());
    } catch (InterruptedException | RuntimeException e) {
      permits.release();
      throw e;
    }
  }

  void leave() {
    permits.release();
  }

  /** From now on nobody gets a turn for this long. */
  void hold(Duration wait) {
    Instant until = clock.instant().plus(wait);
    heldUntil.accumulateAndGet(until, (held, given) -> held.isAfter(given) ? held : given);
  }

  /** Waits, but no longer than until closed. */
  void pause(Duration time) throws InterruptedException {
    if (time.isPositive()) {
      pause.atMost(time);
    }
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Ends all waiting. */
  @Override
  public void close() {
    closed.countDown();
  }

  private void pauseUntilClosed(Duration time) throws InterruptedException {
    boolean unused = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
