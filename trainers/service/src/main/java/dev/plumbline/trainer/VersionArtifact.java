/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.PeftDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a version: a PEFT adapter directory, and beside it what learning goes on from. They
 * are a function of feed, settings and base alone: no name of a policy, no time, no place. Two
 * lanes that learn the same share their artifacts.
 */
public final class VersionArtifact {
  /** AdamW's moments and step count. */
  public static final String OPTIMIZER_FILE = "optimizer.safetensors";

  /** Settings, random state and place in the feed. */
  public static final String STATE_FILE = "lane.json";

  private static final JsonMapper JSON = new JsonMapper();

  private VersionArtifact() {}

  /**
   * Reads the adapter of a version, every byte checked against the artifact's digest.
   *
   * @return an adapter that the caller closes
   */
  public static LoraAdapter readAdapter(CausalLanguageModel model, Artifact artifact)
      throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE)) {
      files.put(name, artifact.read(name));
    }
    return PeftDirectory.read(model, files);
  }

  /** The settings that a version was learned with, by name. */
  static Map<String, String> readSettings(Artifact artifact) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (Map.Entry<String, JsonNode> setting :
        JSON.readTree(artifact.read(STATE_FILE)).path("settings").properties()) {
      settings.put(setting.getKey(), setting.getValue().asText());
    }
    return settings;
  }

  /**
   * @param baseModel name of the base, for servers that load the adapter onto it
   * @param step optimizer steps since the base
   * @param to first offset of the feed that has not been learned
   * @param exampleHash running hash of all that was
   */
  static Map<String, ArtifactContent> write(
      LoraAdapter adapter,
      byte[] optimizerState,
      LearningSettings learning,
      Map<String, String> settings,
      String baseModel,
      long step,
      long to,
      String exampleHash) {
    Map<String, ArtifactContent> files = new TreeMap<>();
    PeftDirectory.write(adapter, baseModel, card(baseModel, settings, step, exampleHash))
        .forEach((name, bytes) -> files.put(name, ArtifactContent.of(bytes)));
    files.put(OPTIMIZER_FILE, ArtifactContent.of(optimizerState));
    files.put(
        STATE_FILE, ArtifactContent.of(state(learning.seed(), settings, step, to, exampleHash)));
    return files;
  }

  private static byte[] state(
      long seed, Map<String, String> settings, long step, long to, String exampleHash) {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", step);
    root.put("to", to);
    root.put("example_hash", exampleHash);
    // The generator is counter-based: key and counter are all the state it has.
    root.putObject("random").put("generator", "philox4x32-10").put("seed", seed).put("step", step);
    ObjectNode named = root.putObject("settings");
    settings.forEach(named::put);
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of texts and numbers is always JSON", e);
    }
  }

  private static String card(
      String baseModel, Map<String, String> settings, long step, String exampleHash) {
    StringBuilder card = new StringBuilder();
    card.append("---\n")
        .append("base_model: ")
        .append(JSON.getNodeFactory().textNode(baseModel))
        .append("\nlibrary_name: peft\ntags:\n- lora\n- dpo\n- plumbline\n---\n\n")
        .append("# LoRA adapter after %d optimizer steps\n\n".formatted(step))
        .append(
            "Learned from preferences by a Plumbline lane. The version record that names this\n")
        .append(
            "artifact says which examples it learned from and how it scored; the running hash\n")
        .append("of those examples is `%s`.\n\n".formatted(exampleHash))
        .append("| setting | value |\n|---|---|\n");
    settings.forEach((name, value) -> card.append("| `%s` | %s |\n".formatted(name, value)));
    return card.toString();
  }
}
