/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.events.PolicyVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A policy version as one line of JSON, under the names that its metrics have everywhere. */
final class VersionLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a person looks at first, in this order; the rest follows by name. */
  private static final List<String> FIRST =
      List.of(
          "loss",
          "rewards/margins",
          "rewards/accuracies",
          "eval_win_rate",
          "eval_tie_share",
          "eval_rewards/accuracies");

  private VersionLine() {}

  static String of(PolicyVersion version) {
    PolicyVersion.Learned learned = version.learned();
    ObjectNode line = JSON.createObjectNode();
    line.put("version", version.id().toString());
    line.put("parent", learned.parent() == null ? null : learned.parent().toString());
    ArrayNode offsets = line.putArray("offsets");
    for (PolicyVersion.ConsumedRange range : learned.consumed()) {
      offsets
          .addObject()
          .put("topic", range.topic())
          .put("partition", range.partition())
          .put("from", range.from())
          .put("to", range.to());
    }
    line.put("examples", learned.counts().learned());
    Map<String, Double> metrics = learned.metrics();
    for (String name : FIRST) {
      if (metrics.containsKey(name)) {
        line.put(name, rounded(metrics.get(name)));
      }
    }
    if (version.observed().newestAcceptedAt() != null) {
      Duration freshness =
          Duration.between(version.observed().newestAcceptedAt(), version.observed().publishedAt());
      line.put("freshness_seconds", rounded(freshness.toMillis() / 1e3));
    }
    metrics.forEach(
        (name, value) -> {
          if (!FIRST.contains(name)) {
            line.put(name, rounded(value));
          }
        });
    line.put("objective", learned.objective());
    line.put("held_out", learned.counts().heldOut());
    line.put("skipped", learned.counts().skipped());
    line.put("superseded", learned.counts().superseded());
    line.put("withdrawn", learned.counts().withdrawn());
    line.put("unusable", learned.counts().unusable());
    line.put("parked", learned.counts().parked());
    line.put("relearned", learned.counts().relearned());
    line.put("withdrawn_too_late", learned.counts().withdrawnTooLate());
    line.put("step", learned.step());
    line.put("artifact", learned.artifactDigest());
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  /** Six significant digits: enough to compare, short enough to read. */
  private static double rounded(double value) {
    return Double.isFinite(value)
        ? new java.math.BigDecimal(value, new java.math.MathContext(6)).doubleValue()
        : value;
  }
}
