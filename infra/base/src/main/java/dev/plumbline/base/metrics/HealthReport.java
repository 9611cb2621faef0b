/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The answers of all checks of one kind at one moment, by name. */
public record HealthReport(SortedMap<String, Health> checks) {

  /** Media type of {@link #json}. */
  public static final String CONTENT_TYPE = "application/json";

  private static final JsonMapper JSON = new JsonMapper();

  public HealthReport {
    checks = Collections.unmodifiableSortedMap(new TreeMap<>(checks));
  }

  /** True when no check is unhealthy. */
  public boolean healthy() {
    return checks.values().stream().allMatch(Health.Healthy.class::isInstance);
  }

  /** 200 when healthy, 503 otherwise. */
  public int httpStatus() {
    return healthy() ? 200 : 503;
  }

  /** For example {@code {"status":"down","checks":{"broker":{"status":"down","reason":"..."}}}}. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("status", healthy() ? "up" : "down");
    ObjectNode byName = root.putObject("checks");
    checks.forEach(
        (name, health) -> {
          ObjectNode check = byName.putObject(name);
          switch (health) {
            case Health.Healthy() -> check.put("status", "up");
            case Health.Unhealthy(String reason) ->
                check.put("status", "down").put("reason", reason);
          }
        });
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of strings is always JSON", e);
    }
  }
}
