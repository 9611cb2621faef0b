/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;

/** The meters of one process, in Prometheus format. Safe for use by any thread. */
public final class Metrics implements AutoCloseable {

  /** Media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final JvmGcMetrics garbageCollection;

  private Metrics(PrometheusMeterRegistry registry, JvmGcMetrics garbageCollection) {
    this.registry = registry;
    this.garbageCollection = garbageCollection;
  }

  /**
   * A registry that already watches the virtual machine (memory, garbage collection, threads,
   * processor).
   *
   * @param commonTags put on every meter
   */
  public static Metrics open(Map<String, String> commonTags) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Tags tags = Tags.empty();
    for (Map.Entry<String, String> tag : commonTags.entrySet()) {
      tags = tags.and(Tag.of(tag.getKey(), tag.getValue()));
    }
    registry.config().commonTags(tags);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    JvmGcMetrics garbageCollection = new JvmGcMetrics();
    garbageCollection.bindTo(registry);
    return new Metrics(registry, garbageCollection);
  }

  /** Where roles register their meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** All meters as text of type {@link #CONTENT_TYPE}. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
