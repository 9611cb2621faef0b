/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * One soft prompt as PEFT's prompt tuning keeps it: a config of type {@code PROMPT_TUNING} and one
 * tensor, {@code prompt_embeddings} [m, hidden size].
 */
final class PromptTuning {
  static final String TENSOR = "prompt_embeddings";

  private static final String TYPE = "PROMPT_TUNING";

  private static final Set<String> READ =
      Set.of(
          "peft_type",
          "task_type",
          "num_virtual_tokens",
          "num_transformer_submodules",
          "token_dim",
          "modules_to_save");

  /** How a prompt began, what it was made for, and sizes that no number depends on. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "inference_mode",
          "num_attention_heads",
          "num_layers",
          "peft_version",
          "prompt_tuning_init",
          "prompt_tuning_init_text",
          "revision",
          "tokenizer_kwargs",
          "tokenizer_name_or_path");

  private PromptTuning() {}

  /** The bytes of an {@code adapter_config.json}, as PEFT sorts them. */
  static byte[] config(ModelConfig model, int vectors, String baseModel) {
    ObjectNode json = PeftJson.JSON.createObjectNode();
    json.putNull("auto_mapping");
    json.put("base_model_name_or_path", baseModel);
    json.put("inference_mode", true);
    json.putNull("modules_to_save");
    json.put("num_attention_heads", model.attentionHeads());
    json.put("num_layers", model.layers());
    json.put("num_transformer_submodules", 1);
    json.put("num_virtual_tokens", vectors);
    json.put("peft_type", TYPE);
    json.put("peft_version", PeftConfig.PEFT_VERSION);
    json.put("prompt_tuning_init", "RANDOM");
    json.putNull("prompt_tuning_init_text");
    json.putNull("revision");
    json.put("task_type", PeftTask.CAUSAL_LM.name());
    json.put("token_dim", model.hiddenSize());
    json.putNull("tokenizer_kwargs");
    json.putNull("tokenizer_name_or_path");
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param configFile name, for messages
   * @param weightsFile name, for messages
   * @return the vectors [m, hidden size]
   * @throws ModelLoadException naming the file and the reason
   */
  static TensorData read(
      ModelConfig model,
      String configFile,
      byte[] config,
      String weightsFile,
      SafeTensors content) {
    int vectors;
    try {
      vectors = vectors(PeftJson.parse(config), model);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(configFile, e.getMessage(), e);
    }
    return SingleTensor.of(weightsFile, content, TENSOR, vectors, model.hiddenSize());
  }

  private static int vectors(JsonNode json, ModelConfig model) {
    PeftJson.requireText(json, "peft_type", TYPE);
    if (!PeftJson.isOff(json.path("task_type"))) {
      PeftJson.requireText(json, "task_type", PeftTask.CAUSAL_LM.name());
    }
    PeftJson.requireOff(json, "modules_to_save");
    PeftJson.requireKnown(json, READ, WITHOUT_EFFECT);
    requireNumber(json, "token_dim", model.hiddenSize());
    requireNumber(json, "num_transformer_submodules", 1);
    int vectors = PeftJson.wholeNumber(json, "num_virtual_tokens");
    if (vectors < 1) {
      throw PeftJson.mustBe("num_virtual_tokens", "at least 1", json.path("num_virtual_tokens"));
    }
    return vectors;
  }

  private static void requireNumber(JsonNode json, String key, int expected) {
    if (!PeftJson.isOff(json.path(key)) && PeftJson.wholeNumber(json, key) != expected) {
      throw PeftJson.mustBe(key, Integer.toString(expected), json.path(key));
    }
  }
}
