/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.base.LoopbackPorts;
import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.kafka.LocalBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One {@code up} whose lanes learn by five objectives from pairs, thumbs and rankings. */
class ShadowLanesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Map<String, String> OBJECTIVES =
      Map.of(
          "assistant", "dpo",
          "assistant.tdpo2", "tdpo2",
          "assistant.ipo", "ipo",
          "assistant.kto", "kto",
          "assistant.plackett_luce", "plackett_luce");

  @TempDir private Path folder;

  @Test
  void shouldLearnByFiveObjectivesFromOneFeed() throws Exception {
    Map<String, JsonNode> first = new TreeMap<>();
    try (PlumblineProcess run =
        PlumblineProcess.start(
            folder,
            "up",
            "--data",
            "data",
            "--port",
            "0",
            "--broker-port",
            Integer.toString(LoopbackPorts.findFree(2).getFirst()),
            "--shadow",
            "tdpo2",
            "--shadow",
            "ipo beta=0.2",
            "--shadow",
            "kto",
            "--shadow",
            "plackett_luce",
            "--set",
            "trainer.learning.examples_per_version=12",
            "--set",
            "sampler.examples_per_version=12",
            "--exit-after-versions",
            "1")) {
      while (first.size() < OBJECTIVES.size()) {
        JsonNode version = run.nextVersion(PATIENCE);
        first.putIfAbsent(policy(version), version);
      }
      assertThat(run.awaitExit(PATIENCE)).isZero();
      assertThat(run.errorText()).contains("last version of each lane");
    }

    assertThat(first.keySet()).isEqualTo(OBJECTIVES.keySet());
    try (LocalBroker broker = LocalBroker.startOnFreePort(folder.resolve("data/kafka"))) {
      HistoryCheck.requireNothingBroken(folder, broker.bootstrapServers());
    }
    ArtifactStore artifacts = FileArtifactStore.openForReading(folder.resolve("data/artifacts"));
    first.forEach(
        (policy, version) -> {
          assertThat(version.path("objective").asText()).isEqualTo(OBJECTIVES.get(policy));
          assertThat(version.path("examples").asInt()).as(policy).isEqualTo(12);
        });
    assertThat(settings(artifacts, first.get("assistant.ipo")))
        .containsEntry("loss_type", "ipo")
        .containsEntry("beta", "0.2");
    assertThat(settings(artifacts, first.get("assistant.tdpo2")))
        .containsEntry("tdpo_alpha", "0.5")
        .containsEntry("beta", "0.5");
  }

  private static String policy(JsonNode version) {
    String id = version.path("version").asText();
    return id.substring(0, id.indexOf('@'));
  }

  private static Map<String, String> settings(ArtifactStore artifacts, JsonNode version)
      throws IOException {
    byte[] state =
        artifacts.open(new ArtifactDigest(version.path("artifact").asText())).read("lane.json");
    Map<String, String> settings = new TreeMap<>();
    new ObjectMapper()
        .readTree(state)
        .path("settings")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    return settings;
  }
}
