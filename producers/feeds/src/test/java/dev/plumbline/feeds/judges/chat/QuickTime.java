/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Time in which every wait takes a millisecond, but counts whole. */
public final class QuickTime implements InstantSource, Pace.Pause {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public void atMost(Duration time) throws InterruptedException {
    waits.add(time);
    boolean unused = never.await(1, TimeUnit.MILLISECONDS);
    now.updateAndGet(before -> before.plus(time));
  }

  List<Duration> waits() {
    return waits;
  }

  /** A client that lives in this time. */
  public ChatClient client(ChatSettings settings, MeterRegistry meters) {
    return new ChatClient(settings, settings.apiKey(), "judge", meters, this, this);
  }
}
