/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The named health checks of one process. Liveness: only a restart helps when it fails. Readiness:
 * the process can do its work now. Safe for use by any thread; a check must answer promptly.
 */
public final class HealthChecks {

  private final Map<String, Supplier<Health>> liveness = new ConcurrentHashMap<>();
  private final Map<String, Supplier<Health>> readiness = new ConcurrentHashMap<>();

  /** Adds a liveness check; a later check of the same name takes the place of the earlier. */
  public void addLiveness(String name, Supplier<Health> check) {
    liveness.put(name, check);
  }

  /** Adds a readiness check; a later check of the same name takes the place of the earlier. */
  public void addReadiness(String name, Supplier<Health> check) {
    readiness.put(name, check);
  }

  /** Asks all liveness checks. */
  public HealthReport live() {
    return ask(liveness);
  }

  /** Asks all liveness and readiness checks. */
  public HealthReport ready() {
    Map<String, Supplier<Health>> all = new TreeMap<>(liveness);
    all.putAll(readiness);
    return ask(all);
  }

  private static HealthReport ask(Map<String, Supplier<Health>> checks) {
    TreeMap<String, Health> answers = new TreeMap<>();
    checks.forEach((name, check) -> answers.put(name, ask(check)));
    return new HealthReport(answers);
  }

  private static Health ask(Supplier<Health> check) {
    try {
      return check.get();
    } catch (RuntimeException e) {
      return Health.unhealthy("the check failed: " + e);
    }
  }
}
