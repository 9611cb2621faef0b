/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.alignment.Recipe;
import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.base.artifacts.Artifact;
import dev.plumbline.base.artifacts.ArtifactContent;
import dev.plumbline.events.PolicyVersion.ExampleCounts;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlDirectory;
import dev.plumbline.lm.ModelCard;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.TrainedAdapter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of a version: a PEFT directory, and beside it what learning goes on from. They are a
 * function of feed, settings and base alone: no name of a policy, no time, no place. Two lanes that
 * learn the same share their artifacts.
 */
public final class VersionArtifact {
  /** Settings, random state and what was learned; where that stood, the version record knows. */
  public static final String STATE_FILE = "lane.json";

  private static final JsonMapper JSON = new JsonMapper();

  private VersionArtifact() {}

  /**
   * Reads the adapter of a policy's version, every byte checked against the artifact's digest. A
   * reward model's is refused by the task that its files name.
   *
   * @return an adapter that the caller closes
   */
  public static TrainedAdapter readAdapter(CausalLanguageModel model, Artifact artifact)
      throws IOException {
    boolean hasParts =
        artifact.manifest().entries().stream()
            .anyMatch(file -> file.name().equals(ControlDirectory.FILE));
    if (hasParts) {
      return ControlDirectory.read(model, artifact.folder());
    }
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
   * What a version's files say of where it comes from.
   *
   * @param parentDigest digest of the artifact that was learned on from; null for the base
   * @param slice what was learned
   * @param metrics of learning, by name
   * @param step optimizer steps since the base
   */
  record Origin(
      @Nullable String parentDigest, Slice slice, Map<String, Double> metrics, long step) {}

  /**
   * @param learned what was learned and learning goes on from, given what {@code README.md} says
   */
  static Map<String, ArtifactContent> write(
      Function<String, ? extends Map<String, byte[]>> learned,
      LearningSettings learning,
      ModelIdentity base,
      Origin origin) {
    Map<String, String> settings = learning.asMap(base);
    Map<String, ArtifactContent> files = new TreeMap<>();
    learned
        .apply(card(learning, base, origin))
        .forEach((name, bytes) -> files.put(name, ArtifactContent.of(bytes)));
    files.put(STATE_FILE, ArtifactContent.of(state(learning.recipe().seed(), settings, origin)));
    return files;
  }

  private static byte[] state(long seed, Map<String, String> settings, Origin origin) {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", origin.step);
    root.put("example_hash", origin.slice.exampleHash());
    // The generator is counter-based: key and counter are all the state it has.
    root.putObject("random")
        .put("generator", "philox4x32-10")
        .put("seed", seed)
        .put("step", origin.step);
    ObjectNode named = root.putObject("settings");
    settings.forEach(named::put);
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of texts and numbers is always JSON", e);
    }
  }

  private static String card(LearningSettings learning, ModelIdentity base, Origin origin) {
    Map<String, String> metrics = new TreeMap<>();
    origin.metrics.forEach((name, value) -> metrics.put(name, value.toString()));
    return titled(learning, base, origin)
        .with("Lineage", lineage(base, origin))
        .with("Metrics", metrics)
        .with("Settings", learning.asMap(base))
        .text();
  }

  private static ModelCard titled(LearningSettings learning, ModelIdentity base, Origin origin) {
    List<String> tags = List.of(learning.objective().name(), "trl-compatible");
    return learning.learnsReward()
        ? ModelCard.of(
            ModelCard.Kind.REWARD_MODEL,
            base.name(),
            tags,
            "Reward model after %d optimizer steps".formatted(origin.step),
            """
            Learned from preferences by a Plumbline lane. Only differences between scores mean something:
            sigmoid of one is the probability that a text is better than another. The version record that
            names this artifact gives it a name and a number; artifacts know each other by their digests.
            """)
        : ModelCard.of(
            ModelCard.Kind.ADAPTER,
            base.name(),
            tags,
            "%s after %d optimizer steps".formatted(title(learning.recipe()), origin.step),
            """
            Learned from preferences by a Plumbline lane. The version record that names this artifact
            gives it a policy and a number; artifacts know each other by their digests.
            """);
  }

  private static String title(Recipe recipe) {
    return recipe.parts().equals(Set.of(TrainedPart.LORA))
        ? "LoRA adapter"
        : "Adapter of %s"
            .formatted(
                recipe.parts().stream()
                    .map(
                        part ->
                            switch (part) {
                              case PROMPT -> "soft prompts";
                              case BIAS -> "an output bias";
                              case LORA -> "LoRA";
                            })
                    .collect(Collectors.joining(" and ")));
  }

  private static Map<String, String> lineage(ModelIdentity base, Origin origin) {
    Slice slice = origin.slice;
    ExampleCounts counts = slice.counts();
    Map<String, String> lineage = new LinkedHashMap<>();
    lineage.put("base weights", "sha256 " + base.weightsSha256());
    lineage.put("base tokenizer", "sha256 " + base.tokenizerSha256());
    lineage.put(
        "parent artifact",
        origin.parentDigest == null ? "none: the base" : "sha256 " + origin.parentDigest);
    lineage.put("examples learned", Integer.toString(counts.learned()));
    lineage.put("examples held out", Integer.toString(counts.heldOut()));
    lineage.put("examples superseded", Integer.toString(counts.superseded()));
    lineage.put("examples skipped", Integer.toString(counts.skipped()));
    lineage.put("examples withdrawn", Integer.toString(counts.withdrawn()));
    lineage.put("examples unusable", Integer.toString(counts.unusable()));
    lineage.put("examples parked", Integer.toString(counts.parked()));
    lineage.put("of the learned, relearned", Integer.toString(counts.relearned()));
    lineage.put("of the skipped, withdrawn too late", Integer.toString(counts.withdrawnTooLate()));
    lineage.put("all examples since the base", "running hash " + slice.exampleHash());
    lineage.put("optimizer steps since the base", Long.toString(origin.step));
    return lineage;
  }
}
