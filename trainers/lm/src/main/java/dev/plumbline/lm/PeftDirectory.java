/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A LoRA adapter as PEFT keeps it: {@code adapter_config.json}, {@code adapter_model.safetensors},
 * {@code README.md}. The bytes are a function of the adapter and the texts given, so that they can
 * be content-addressed.
 */
public final class PeftDirectory {
  public static final String CONFIG_FILE = "adapter_config.json";
  public static final String WEIGHTS_FILE = "adapter_model.safetensors";
  public static final String CARD_FILE = "README.md";

  private static final ObjectMapper JSON = new ObjectMapper();
  // Tells readers which release's fields to expect; all that is written exists there.
  private static final String PEFT_VERSION = "0.15.0";

  private PeftDirectory() {}

  /**
   * @param baseModel {@code base_model_name_or_path}: what a server loads the adapter onto
   * @param modelCard text of {@code README.md}, YAML head included
   * @return file name to bytes, sorted by name
   */
  public static SortedMap<String, byte[]> write(
      LoraAdapter adapter, String baseModel, String modelCard) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CONFIG_FILE, configJson(adapter, baseModel));
    files.put(WEIGHTS_FILE, adapter.toSafeTensors());
    files.put(CARD_FILE, modelCard.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /**
   * Reads an adapter for a model. Files other than the configuration and the weights are ignored.
   *
   * @throws ModelLoadException naming the file and the reason when one is missing, broken or not
   *     supported
   */
  public static LoraAdapter read(CausalLanguageModel model, Map<String, byte[]> files) {
    LoraConfig config = config(file(files, CONFIG_FILE));
    try {
      return LoraAdapter.fromSafeTensors(model, config, file(files, WEIGHTS_FILE));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(CONFIG_FILE, e.getMessage(), e);
    }
  }

  private static byte[] configJson(LoraAdapter adapter, String baseModel) {
    LoraConfig config = adapter.config();
    ObjectNode json = JSON.createObjectNode();
    json.putObject("alpha_pattern");
    json.put("base_model_name_or_path", baseModel);
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.putNull("layers_pattern");
    json.putNull("layers_to_transform");
    putNumber(json, "lora_alpha", config.alpha());
    json.put("lora_dropout", config.dropout());
    json.putNull("modules_to_save");
    json.put("peft_type", "LORA");
    json.put("peft_version", PEFT_VERSION);
    json.put("r", config.rank());
    json.putObject("rank_pattern");
    json.putNull("revision");
    ArrayNode targets = json.putArray("target_modules");
    config.targetModules().forEach(targets::add);
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", config.variant() == LoraVariant.DORA);
    json.put("use_rslora", config.scaling() == LoraScaling.BY_ROOT_RANK);
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  // PEFT and vLLM declare lora_alpha an integer.
  private static void putNumber(ObjectNode json, String key, double value) {
    if (value == Math.rint(value)) {
      json.put(key, (long) value);
    } else {
      json.put(key, value);
    }
  }

  private static LoraConfig config(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ModelLoadException(CONFIG_FILE, "not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelLoadException(CONFIG_FILE, "not readable: " + e.getMessage(), e);
    }
    requirePlain(json);
    List<String> targets = new ArrayList<>();
    json.path("target_modules").forEach(target -> targets.add(target.asText()));
    try {
      return LoraConfig.of(json.path("r").asInt(0), json.path("lora_alpha").asDouble(0))
          .dropping(json.path("lora_dropout").asDouble(0))
          .targeting(targets)
          .scaled(
              json.path("use_rslora").asBoolean(false)
                  ? LoraScaling.BY_ROOT_RANK
                  : LoraScaling.BY_RANK)
          .as(json.path("use_dora").asBoolean(false) ? LoraVariant.DORA : LoraVariant.LORA);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(CONFIG_FILE, e.getMessage(), e);
    }
  }

  /** Refuses what would change the numbers: other adapter kinds, biases, per-module ranks. */
  private static void requirePlain(JsonNode json) {
    requireSetting(json, "peft_type", "LORA");
    requireSetting(json, "bias", "none");
    for (String key :
        List.of("rank_pattern", "alpha_pattern", "modules_to_save", "layers_to_transform")) {
      if (!json.path(key).isNull() && !json.path(key).isEmpty()) {
        throw new ModelLoadException(CONFIG_FILE, key + " is not supported");
      }
    }
    if (!json.path("target_modules").isArray()) {
      throw new ModelLoadException(
          CONFIG_FILE,
          "target_modules must be a list of names, but was " + json.path("target_modules"));
    }
  }

  private static void requireSetting(JsonNode json, String key, String value) {
    String found = json.path(key).asText("missing");
    if (!found.equals(value)) {
      throw new ModelLoadException(
          CONFIG_FILE, "%s must be '%s', but was '%s'".formatted(key, value, found));
    }
  }

  private static byte[] file(Map<String, byte[]> files, String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new ModelLoadException(name, "the file is missing");
    }
    return bytes;
  }
}
