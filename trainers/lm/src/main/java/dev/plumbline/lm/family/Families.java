/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** All families that there are: the one place where a new one is added. */
final class Families {

  /** How the config of a family comes about: from a file, or for a model that is new. */
  private record Known(
      BiFunction<ConfigJson, GenerationConfig, ModelConfig> read,
      Function<ModelSizes, ModelConfig> create) {}

  private static final Map<String, Known> BY_MODEL_TYPE =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.of(
                  LlamaFamily.MODEL_TYPE, new Known(LlamaFamily::read, LlamaFamily::create),
                  MistralFamily.MODEL_TYPE, new Known(MistralFamily::read, MistralFamily::create),
                  Qwen2Family.MODEL_TYPE, new Known(Qwen2Family::read, Qwen2Family::create),
                  Qwen3Family.MODEL_TYPE, new Known(Qwen3Family::read, Qwen3Family::create),
                  Gpt2Family.MODEL_TYPE, new Known(Gpt2Family::read, Gpt2Family::create))));

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

  static Set<String> modelTypes() {
    return BY_MODEL_TYPE.keySet();
  }

  static ModelConfig create(String modelType, ModelSizes sizes) {
    return known(modelType).create.apply(sizes);
  }

  static ModelConfig read(ConfigJson json, GenerationConfig generation) {
    Known known = known(json.text("model_type"));
    json.requireAbsent("quantization_config", "quantized weights are not supported");
    json.requireFalse("is_encoder_decoder");
    json.requireFalse("add_cross_attention");
    ModelConfig config = known.read.apply(json, generation);
    json.requireListed("architectures", of(config).architecture());
    return config;
  }

  private static Known known(String modelType) {
    Known known = BY_MODEL_TYPE.get(modelType);
    if (known == null) {
      throw new IllegalArgumentException(
          "model_type must be one of %s, but was '%s'".formatted(modelTypes(), modelType));
    }
    return known;
  }
}
