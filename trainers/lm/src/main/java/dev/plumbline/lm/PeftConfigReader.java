/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@code adapter_config.json}, strictly: a key whose value would change the numbers in a
 * way that is not computed here is refused, and so is a key that is not known, unless its value is
 * null, false or empty.
 */
final class PeftConfigReader {
  private static final String ALL_LINEAR = "all-linear";

  /** Keys that are read. */
  private static final Set<String> READ =
      Set.of(
          "base_model_name_or_path",
          "bias",
          "exclude_modules",
          "fan_in_fan_out",
          "init_lora_weights",
          "layers_pattern",
          "layers_to_transform",
          "lora_alpha",
          "lora_dropout",
          "modules_to_save",
          "peft_type",
          "r",
          "target_modules",
          "task_type",
          "use_dora",
          "use_rslora");

  /** Keys of how an adapter began or where it comes from: no value of theirs changes a number. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "auto_mapping",
          "corda_config",
          "eva_config",
          "inference_mode",
          "loftq_config",
          "lora_ga_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision");

  /** Initializations that leave the base's weights as they are; others replace them. */
  private static final Set<String> INITIALIZATIONS = Set.of("gaussian", "eva", "orthogonal");

  private PeftConfigReader() {}

  /**
   * @param task that the adapter must be for
   * @throws IllegalArgumentException naming the key, its value and what was expected
   */
  static PeftConfig read(byte[] bytes, PeftTask task) {
    JsonNode json = PeftJson.parse(bytes);
    requirePlain(json, task);
    LoraConfig lora =
        LoraConfig.of(PeftJson.wholeNumber(json, "r"), PeftJson.number(json, "lora_alpha"))
            .dropping(json.has("lora_dropout") ? PeftJson.number(json, "lora_dropout") : 0)
            .scaled(
                PeftJson.truth(json, "use_rslora") ? LoraScaling.BY_ROOT_RANK : LoraScaling.BY_RANK)
            .as(PeftJson.truth(json, "use_dora") ? LoraVariant.DORA : LoraVariant.LORA);
    JsonNode layout = json.path("fan_in_fan_out");
    JsonNode base = json.path("base_model_name_or_path");
    return new PeftConfig(
        lora,
        targets(json),
        (layout.isMissingNode() || layout.isNull()) ? null : PeftJson.truth(json, "fan_in_fan_out"),
        base.isTextual() ? base.textValue() : null);
  }

  private static void requirePlain(JsonNode json, PeftTask task) {
    PeftJson.requireText(json, "peft_type", "LORA");
    if (!json.path("bias").isMissingNode()) {
      PeftJson.requireText(json, "bias", "none");
    }
    if (!PeftJson.isOff(json.path("task_type"))) {
      PeftJson.requireText(json, "task_type", task.name());
    }
    requireSaved(json, task);
    JsonNode start = json.path("init_lora_weights");
    if (start.isTextual() && !INITIALIZATIONS.contains(start.textValue())) {
      throw new IllegalArgumentException(
          "init_lora_weights must leave the base's weights as they are (true, false or one of %s), but was %s"
              .formatted(INITIALIZATIONS.stream().sorted().toList(), start));
    }
    PeftJson.requireKnown(json, READ, WITHOUT_EFFECT);
  }

  private static void requireSaved(JsonNode json, PeftTask task) {
    JsonNode modules = json.path("modules_to_save");
    switch (task) {
      case CAUSAL_LM -> PeftJson.requireOff(json, "modules_to_save");
      case SEQ_CLS -> {
        List<String> names = list(modules, "modules_to_save", PeftConfigReader::text);
        if (!names.contains(PeftTask.HEAD) || !PeftTask.HEADS.containsAll(names)) {
          throw new IllegalArgumentException(
              "modules_to_save must name '%s' and nothing else that the model has, but was %s"
                  .formatted(PeftTask.HEAD, modules.isMissingNode() ? "missing" : modules));
        }
      }
    }
  }

  private static PeftTargets targets(JsonNode json) {
    JsonNode included = json.path("target_modules");
    PeftTargets.Target target = target("target_modules", included);
    if (target == null) {
      throw new IllegalArgumentException(
          "target_modules must be a list of names or an expression, but was "
              + (included.isMissingNode() ? "missing" : included));
    }
    JsonNode layers = json.path("layers_to_transform");
    if (!PeftJson.isOff(layers) && included.isTextual()) {
      throw new IllegalArgumentException(
          "layers_to_transform needs target_modules to be a list, but that was " + included);
    }
    if (PeftJson.isOff(layers) && !PeftJson.isOff(json.path("layers_pattern"))) {
      throw new IllegalArgumentException(
          "layers_pattern needs layers_to_transform, which was " + layers);
    }
    return new PeftTargets(
        target,
        target("exclude_modules", json.path("exclude_modules")),
        list(layers, "layers_to_transform", PeftConfigReader::layer),
        list(json.path("layers_pattern"), "layers_pattern", PeftConfigReader::text));
  }

  private static PeftTargets.@Nullable Target target(String key, JsonNode node) {
    if (PeftJson.isOff(node)) {
      return null;
    }
    if (!node.isTextual()) {
      return new PeftTargets.Target.Names(list(node, key, PeftConfigReader::text));
    }
    if (node.textValue().equalsIgnoreCase(ALL_LINEAR)) {
      return new PeftTargets.Target.AllLinear();
    }
    try {
      return new PeftTargets.Target.Expression(Pattern.compile(node.textValue()));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "%s must be a list of names or an expression, but was %s: %s"
              .formatted(key, node, e.getDescription()),
          e);
    }
  }

  /** One value or a list of them. */
  private static <T> List<T> list(
      JsonNode node, String key, Function<JsonNode, @Nullable T> element) {
    List<T> values = new ArrayList<>();
    if (PeftJson.isOff(node)) {
      return values;
    }
    for (JsonNode one : node.isArray() ? node : PeftJson.JSON.createArrayNode().add(node)) {
      T value = element.apply(one);
      if (value == null) {
        throw new IllegalArgumentException("%s can't be read: it was %s".formatted(key, node));
      }
      values.add(value);
    }
    return values;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  private static @Nullable Integer layer(JsonNode node) {
    return node.isInt() ? node.intValue() : null;
  }
}
