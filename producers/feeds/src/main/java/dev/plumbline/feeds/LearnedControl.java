/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.reward.control.ControlSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How a version learned to be controlled, as the lane that learned it has written down. */
final class LearnedControl {
  private static final String STATE_FILE = "lane.json";

  /** A setting that only versions under control have. */
  private static final String UNDER_CONTROL = "control_lambda";

  private static final JsonMapper JSON = new JsonMapper();

  private LearnedControl() {}

  /** Returns the settings; empty for a version that speaks alone. */
  static Optional<ControlSettings> of(Artifact artifact) throws IOException {
    if (!hasFile(artifact, STATE_FILE)) {
      return Optional.empty();
    }
    Map<String, String> settings = new TreeMap<>();
    for (Map.Entry<String, JsonNode> setting :
        JSON.readTree(artifact.read(STATE_FILE)).path("settings").properties()) {
      settings.put(setting.getKey(), setting.getValue().asText());
    }
    return settings.containsKey(UNDER_CONTROL)
        ? Optional.of(ControlSettings.of(settings))
        : Optional.empty();
  }

  static boolean hasFile(Artifact artifact, String name) {
    return artifact.manifest().entries().stream().anyMatch(file -> file.name().equals(name));
  }
}
