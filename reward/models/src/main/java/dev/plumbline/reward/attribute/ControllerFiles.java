/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ModelIdentity;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.ScalarHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A controller as files: {@value #FILE} says what it is, beside it is what its scorer reads. The
 * bytes are a function of the controller, so that they can be content-addressed; what is read must
 * be just what is written.
 */
public final class ControllerFiles {
  /** Says what the controller is. A folder has it if and only if it is a controller's. */
  public static final String FILE = "controller.json";

  private static final String README = "README.md";
  private static final int FORMAT = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ControllerFiles() {}

  /** The controller as files, by path. */
  public static SortedMap<String, byte[]> write(TrainedController controller) {
    String card = card(controller);
    SortedMap<String, byte[]> files = new TreeMap<>(controller.scorer().files(card));
    files.put(README, card.getBytes(StandardCharsets.UTF_8));
    ObjectNode json =
        JSON.createObjectNode()
            .put("format", FORMAT)
            .put("controller", controller.kind().label())
            .put("attribute", controller.attribute().name());
    controller.attribute().against().forEach(json.putArray("against")::add);
    json.putObject("calibration")
        .put("slope", controller.calibration().slope())
        .put("offset", controller.calibration().offset());
    switch (controller.scorer()) {
      case PooledHeadScorer head -> json.set("base", base(head.model().identity()));
      case ClassConditionalScorer two -> {
        json.set("base", base(two.model().identity()));
        json.put("posterior_scale", two.scale());
        json.put("prior_tokens", two.mean().prior());
      }
      case LexiconScorer lexicon -> {}
    }
    try {
      files.put(FILE, (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can always be written", e);
    }
    return files;
  }

  private static ObjectNode base(ModelIdentity identity) {
    return JSON.createObjectNode()
        .put("name", identity.name())
        .put("weights_sha256", identity.weightsSha256())
        .put("tokenizer_sha256", identity.tokenizerSha256())
        .put("config_sha256", identity.configSha256());
  }

  private static String card(TrainedController controller) {
    Attribute attribute = controller.attribute();
    return String.format(
        Locale.ROOT,
        """
        # Attribute controller: %s

        Says how probable it is that a text is %s (against: %s), for every beginning of it too. Kind: %s.
        Learned from labelled texts by `plumbline reward train --kind controller`; %s says what belongs to it.
        """,
        attribute.name(),
        attribute.name(),
        attribute.against().isEmpty() ? "everything else" : String.join(", ", attribute.against()),
        controller.kind().label(),
        FILE);
  }

  /**
   * Reads a controller.
   *
   * @param model whose states, log-probabilities or tokens it reads; a lexicon takes any
   * @param files by path
   * @throws ModelLoadException naming the file that is missing, broken, not a controller's or of
   *     another model
   */
  public static TrainedController read(CausalLanguageModel model, Map<String, byte[]> files) {
    JsonNode json = json(files);
    ControllerKind kind = kind(json);
    requireFields(json, kind);
    Attribute attribute = attribute(json);
    Calibration calibration =
        new Calibration(
            number(json.path("calibration"), "slope"), number(json.path("calibration"), "offset"));
    if (kind != ControllerKind.LEXICON) {
      requireBase(json.path("base"), model);
    }
    PrefixScorer scorer =
        switch (kind) {
          case HEAD -> {
            requireFiles(files, ScalarHead.FILE);
            yield PooledHeadScorer.read(model, file(files, ScalarHead.FILE));
          }
          case CLASS_CONDITIONAL ->
              ClassConditionalScorer.read(
                  model,
                  below(files, ClassConditionalScorer.WITH),
                  below(files, ClassConditionalScorer.WITHOUT),
                  number(json, "posterior_scale"),
                  number(json, "prior_tokens"));
          case LEXICON -> {
            requireFiles(files, LexiconScorer.FILE);
            yield new LexiconScorer(lexicon(file(files, LexiconScorer.FILE)), model.tokenizer());
          }
        };
    return new TrainedController(attribute, scorer, calibration);
  }

  private static JsonNode json(Map<String, byte[]> files) {
    try {
      JsonNode json = JSON.readTree(file(files, FILE));
      if (!json.isObject()) {
        throw refused("must be an object, but was " + json.getNodeType());
      }
      if (json.path("format").asInt(-1) != FORMAT) {
        throw refused("format must be %d, but was %s".formatted(FORMAT, json.path("format")));
      }
      return json;
    } catch (IOException e) {
      throw new ModelLoadException(FILE, "not valid JSON: " + e.getMessage(), e);
    }
  }

  private static ControllerKind kind(JsonNode json) {
    String label = text(json, "controller");
    return Arrays.stream(ControllerKind.values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    "controller must be one of %s, but was '%s'"
                        .formatted(
                            Arrays.stream(ControllerKind.values())
                                .map(ControllerKind::label)
                                .toList(),
                            label)));
  }

  private static void requireFields(JsonNode json, ControllerKind kind) {
    Set<String> known = new TreeSet<>(Set.of("format", "controller", "attribute", "against"));
    known.add("calibration");
    switch (kind) {
      case HEAD -> known.add("base");
      case CLASS_CONDITIONAL -> known.addAll(Set.of("base", "posterior_scale", "prior_tokens"));
      case LEXICON -> {}
    }
    Set<String> found = new TreeSet<>();
    json.fieldNames().forEachRemaining(found::add);
    if (!found.equals(known)) {
      throw refused("must have the fields %s, but has %s".formatted(known, found));
    }
  }

  private static Attribute attribute(JsonNode json) {
    List<String> against = new ArrayList<>();
    for (JsonNode label : json.path("against")) {
      against.add(label.asText());
    }
    try {
      return new Attribute(text(json, "attribute"), against);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(FILE, e.getMessage(), e);
    }
  }

  private static void requireBase(JsonNode base, CausalLanguageModel model) {
    ModelIdentity ours =
        new ModelIdentity(
            text(base, "weights_sha256"),
            text(base, "tokenizer_sha256"),
            text(base, "config_sha256"),
            text(base, "name"));
    try {
      ours.requireSame(model.identity());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(FILE, e.getMessage(), e);
    }
  }

  private static Lexicon lexicon(byte[] bytes) {
    try {
      return Lexicon.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(LexiconScorer.FILE, e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> below(Map<String, byte[]> files, String folder) {
    SortedMap<String, byte[]> below = new TreeMap<>();
    files.forEach(
        (name, bytes) -> {
          if (name.startsWith(folder)) {
            below.put(name.substring(folder.length()), bytes);
          }
        });
    if (below.isEmpty()) {
      throw new ModelLoadException(folder, "the folder is missing");
    }
    return below;
  }

  private static void requireFiles(Map<String, byte[]> files, String ofScorer) {
    Set<String> more = new TreeSet<>(files.keySet());
    more.removeAll(Set.of(FILE, README, ofScorer));
    if (!more.isEmpty()) {
      throw refused("the folder holds more than belongs to the controller: " + more);
    }
  }

  private static byte[] file(Map<String, byte[]> files, String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new ModelLoadException(name, "the file is missing");
    }
    return bytes;
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw refused("%s must be a text, but was %s".formatted(field, value));
    }
    return value.textValue();
  }

  private static double number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw refused("%s must be a finite number, but was %s".formatted(field, value));
    }
    return value.doubleValue();
  }

  private static ModelLoadException refused(String reason) {
    return new ModelLoadException(FILE, reason);
  }
}
