/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What a judging role shows of itself. */
final class JudgeMeters {
  private final Counter judged;
  private final Counter failures;
  private final Counter forgotten;
  private final AtomicInteger waiting = new AtomicInteger();

  JudgeMeters(MeterRegistry meters, String judge) {
    judged = meters.counter("plumbline.judge.tasks", "judge", judge);
    failures = meters.counter("plumbline.judge.failures", "judge", judge);
    forgotten = meters.counter("plumbline.judge.tasks.forgotten", "judge", judge);
    Gauge.builder("plumbline.judge.waiting", waiting, AtomicInteger::get)
        .tag("judge", judge)
        .strongReference(true)
        .register(meters);
  }

  /** Tasks were judged, some with something that no usable answer was given about. */
  void judged(int tasks, long failed) {
    judged.increment(tasks);
    failures.increment((double) failed);
  }

  void forgotten(int tasks) {
    forgotten.increment(tasks);
  }

  void waiting(int tasks) {
    waiting.set(tasks);
  }

  JudgeCounts counts() {
    return new JudgeCounts((long) judged.count(), (long) failures.count(), waiting.get());
  }

  /**
   * Numbers of tasks.
   *
   * @param judged since the start
   * @param failures of these, not wholly
   * @param waiting read, but not judged yet
   */
  record JudgeCounts(long judged, long failures, int waiting) {}
}
