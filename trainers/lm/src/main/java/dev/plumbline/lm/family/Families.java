/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** All families that there are. */
final class Families {
  private static final Map<String, BiFunction<ConfigJson, GenerationConfig, ModelConfig>> READERS =
      new TreeMap<>(
          Map.of(
              LlamaFamily.MODEL_TYPE, LlamaFamily::read,
              MistralFamily.MODEL_TYPE, MistralFamily::read,
              Qwen2Family.MODEL_TYPE, Qwen2Family::read,
              Qwen3Family.MODEL_TYPE, Qwen3Family::read,
              Gpt2Family.MODEL_TYPE, Gpt2Family::read));

  private Families() {}

  static ModelFamily of(ModelConfig config) {
    return switch (config) {
      case LlamaConfig llama -> new LlamaFamily(llama);
      case MistralConfig mistral -> new MistralFamily(mistral);
      case Qwen2Config qwen2 -> new Qwen2Family(qwen2);
      case Qwen3Config qwen3 -> new Qwen3Family(qwen3);
      case Gpt2Config gpt2 -> new Gpt2Family(gpt2);
    };
  }

  static ModelConfig read(ConfigJson json, GenerationConfig generation) {
    String type = json.text("model_type");
    var reader = READERS.get(type);
    if (reader == null) {
      throw new IllegalArgumentException(
          "model_type must be one of %s, but was '%s'".formatted(READERS.keySet(), type));
    }
    json.requireAbsent("quantization_config", "quantized weights are not supported");
    json.requireFalse("is_encoder_decoder");
    json.requireFalse("add_cross_attention");
    ModelConfig config = reader.apply(json, generation);
    json.requireListed("architectures", of(config).architecture());
    return config;
  }
}
