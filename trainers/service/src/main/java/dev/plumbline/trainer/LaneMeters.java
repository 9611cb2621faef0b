/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a lane, for a registry to show: {@code plumbline.lane.version}, {@code .gathered},
 * {@code .learned}, {@code .published}, {@code .restarts}, and {@code plumbline.lane.metric} with
 * the metrics of the newest version by name. Safe for use by any thread.
 */
final class LaneMeters implements MeterBinder {
  private final Tags tags;
  private final Supplier<LaneStatus> status;
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong restarts = new AtomicLong();
  private final Map<String, Double> newest = new ConcurrentHashMap<>();
  private volatile @Nullable MeterRegistry registry;

  LaneMeters(String lane, Supplier<LaneStatus> status) {
    this.tags = Tags.of("lane", lane);
    this.status = status;
  }

  @Override
  public void bindTo(MeterRegistry target) {
    registry = target;
    gauge("version", () -> number(status.get().head()), "number of the newest version");
    gauge("gathered", () -> status.get().gathered(), "examples at hand for the next version");
    gauge("learned", () -> status.get().learned(), "examples of it already learned from");
    gauge("published", published::get, "versions published by this process");
    gauge("restarts", restarts::get, "times that the lane dropped its memory and started over");
    newest.keySet().forEach(this::metric);
  }

  void restarted() {
    restarts.incrementAndGet();
  }

  void published(PolicyVersion version) {
    published.incrementAndGet();
    version.learned().metrics().forEach(this::keep);
    version.observed().metrics().forEach(this::keep);
  }

  private void keep(String name, double value) {
    if (newest.put(name, value) == null) {
      metric(name);
    }
  }

  private void metric(String name) {
    MeterRegistry target = registry;
    if (target != null) {
      Gauge.builder("plumbline.lane.metric", () -> newest.get(name))
          .description("a metric of the newest version, by its name")
          .tags(tags.and("name", name))
          .register(target);
    }
  }

  private void gauge(String name, Supplier<Number> value, String description) {
    MeterRegistry target = registry;
    if (target != null) {
      Gauge.builder("plumbline.lane." + name, value)
          .description(description)
          .tags(tags)
          .register(target);
    }
  }

  private static int number(@Nullable PolicyVersionId head) {
    return head == null ? -1 : head.number();
  }
}
