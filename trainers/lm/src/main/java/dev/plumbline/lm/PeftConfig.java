/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code adapter_config.json} says.
 *
 * @param lora settings, all but the target modules
 * @param targets the target modules
 * @param fanInFanOut whether weights are stored [in, out]; null when the file doesn't say
 * @param baseModel {@code base_model_name_or_path}; null when the file doesn't say
 */
record PeftConfig(
    LoraConfig lora,
    PeftTargets targets,
    @Nullable Boolean fanInFanOut,
    @Nullable String baseModel) {
  // Tells readers which release's fields to expect; all that is written exists there.
  static final String PEFT_VERSION = "0.15.0";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The settings of an adapter of this model.
   *
   * @throws IllegalArgumentException when the model lacks a target module or stores its weights
   *     otherwise
   */
  LoraConfig on(ModelConfig model) {
    ModelFamily family = ModelFamily.of(model);
    LoraConfig config = lora.targeting(targets.in(family));
    LoraTargets adapted = LoraTargets.of(model, config);
    if (fanInFanOut != null && !adapted.linear().isEmpty() && fanInFanOut != adapted.transposed()) {
      throw new IllegalArgumentException(
          "fan_in_fan_out must be %s for a %s model, but was %s"
              .formatted(adapted.transposed(), family.modelType(), fanInFanOut));
    }
    return config.targeting(adapted.names());
  }

  /** The bytes of an {@code adapter_config.json}, as PEFT sorts them. */
  static byte[] write(LoraAdapter adapter, String baseModel, PeftTask task) {
    LoraConfig config = adapter.config();
    ObjectNode json = JSON.createObjectNode();
    json.putObject("alpha_pattern");
    json.put("base_model_name_or_path", baseModel);
    json.put("bias", "none");
    json.put("fan_in_fan_out", adapter.targets().transposed());
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.putNull("layers_pattern");
    json.putNull("layers_to_transform");
    putNumber(json, "lora_alpha", config.alpha());
    json.put("lora_dropout", config.dropout());
    switch (task) {
      case CAUSAL_LM -> json.putNull("modules_to_save");
      case SEQ_CLS -> json.putArray("modules_to_save").add(PeftTask.HEAD);
    }
    json.put("peft_type", "LORA");
    json.put("peft_version", PEFT_VERSION);
    json.put("r", config.rank());
    json.putObject("rank_pattern");
    json.putNull("revision");
    ArrayNode targets = json.putArray("target_modules");
    config.targetModules().forEach(targets::add);
    json.put("task_type", task.name());
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
}
