/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersionId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VersionLineTest {
  private static final Instant PUBLISHED = Instant.parse("2026-05-01T12:00:00Z");
  private static final Map<String, Double> METRICS =
      Map.of(
          "loss", 0.65432198,
          "rewards/margins", 0.1,
          "rewards/accuracies", 0.75,
          "eval_win_rate", 0.5,
          "logps/chosen", -12.3456789,
          "a_metric", 3.0);

  @Test
  void shouldBeOneLineOfJsonWithWhatAPersonLooksAtFirst() throws IOException {
    String line = VersionLine.of(version("assistant@000001", METRICS, PUBLISHED.minusMillis(2500)));

    assertThat(line)
        .doesNotContain("\n")
        .startsWith(
            """
            {"version":"assistant@000002","parent":"assistant@000001",\
            "offsets":[{"topic":"examples","partition":0,"from":64,"to":131}],"examples":60,\
            "loss":0.654322,"rewards/margins":0.1,"rewards/accuracies":0.75,"eval_win_rate":0.5,\
            "freshness_seconds":2.5,""");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("logps/chosen").doubleValue()).isEqualTo(-12.3457);
    assertThat(json.get("a_metric").doubleValue()).isEqualTo(3);
    assertThat(
            List.of(
                    "held_out",
                    "superseded",
                    "skipped",
                    "withdrawn",
                    "unusable",
                    "parked",
                    "relearned",
                    "withdrawn_too_late")
                .stream()
                .map(json::get)
                .map(JsonNode::intValue))
        .containsExactly(3, 1, 2, 0, 1, 0, 0, 0);
    assertThat(json.get("objective").textValue())
        .isEqualTo(version("assistant@000001", METRICS, PUBLISHED).learned().objective());
    assertThat(json.get("step").longValue()).isEqualTo(4);
    assertThat(json.get("artifact").textValue()).isEqualTo("d1");
  }

  @Test
  void shouldShowABaseWithoutParentMetricsAndFreshness() throws IOException {
    JsonNode json = new ObjectMapper().readTree(VersionLine.of(version(null, Map.of(), null)));

    assertThat(json.get("parent").isNull()).isTrue();
    assertThat(json.has("loss")).isFalse();
    assertThat(json.has("freshness_seconds")).isFalse();
  }

  @Test
  void shouldStayJsonWhereAMetricIsNoNumber() throws IOException {
    String line = VersionLine.of(version(null, Map.of("loss", Double.NaN), null));

    assertThat(new ObjectMapper().readTree(line).get("loss").asText()).isEqualTo("NaN");
  }

  private static PolicyVersion version(
      @Nullable String parent, Map<String, Double> metrics, @Nullable Instant newestAcceptedAt) {
    return new PolicyVersion(
        PolicyVersionId.parse("assistant@000002"),
        "assistant",
        new PolicyVersion.Learned(
            parent == null ? null : PolicyVersionId.parse(parent),
            "d1",
            List.of(new PolicyVersion.ConsumedRange("id", "examples", 0, 64, 131)),
            "h1",
            new PolicyVersion.ExampleCounts(60, 3, 1, 2, 0, 1, 0),
            4,
            metrics,
            "sigmoid",
            "c1",
            new PolicyVersion.BaseModel("pocket", "w1", "t1"),
            "cpu",
            0),
        new PolicyVersion.Observed(PUBLISHED, newestAcceptedAt, Map.of()));
  }
}
