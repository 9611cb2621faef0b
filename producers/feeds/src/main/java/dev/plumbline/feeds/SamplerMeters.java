/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.events.PolicyVersionId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the sampler shows of itself. */
final class SamplerMeters {
  private final Counter tasks;
  private final Counter alike;
  private final Counter unanswerable;
  private final AtomicInteger version;
  private final AtomicInteger paused;
  private final AtomicInteger waitingExamples;
  private final AtomicInteger openTasks;

  SamplerMeters(MeterRegistry meters, String policy) {
    tasks = meters.counter("plumbline.sampler.tasks", "policy", policy);
    alike = skipped(meters, policy, "alike");
    unanswerable = skipped(meters, policy, "unanswerable");
    version = gauge(meters, policy, "plumbline.sampler.version");
    paused = gauge(meters, policy, "plumbline.sampler.paused");
    waitingExamples = gauge(meters, policy, "plumbline.sampler.waiting.examples");
    openTasks = gauge(meters, policy, "plumbline.sampler.open.tasks");
  }

  void tasks(int written) {
    tasks.increment(written);
  }

  /** No two completions differed. */
  void skippedAlike() {
    alike.increment();
  }

  /** The prompt can't be read, or leaves no room. */
  void skippedUnanswerable() {
    unanswerable.increment();
  }

  void version(PolicyVersionId inUse) {
    version.set(inUse.number());
  }

  void backPressure(BackPressure state, boolean isPaused) {
    paused.set(isPaused ? 1 : 0);
    waitingExamples.set(state.waitingExamples());
    openTasks.set(state.openTasks());
  }

  private static Counter skipped(MeterRegistry meters, String policy, String reason) {
    return meters.counter("plumbline.sampler.skipped", "policy", policy, "reason", reason);
  }

  private static AtomicInteger gauge(MeterRegistry meters, String policy, String name) {
    AtomicInteger value = new AtomicInteger();
    Gauge.builder(name, value, AtomicInteger::get)
        .tag("policy", policy)
        .strongReference(true)
        .register(meters);
    return value;
  }
}
