/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/** {@code LlamaForCausalLM} (arXiv 2302.13971, 2407.21783). */
record LlamaFamily(LlamaConfig config) implements RotaryFamily {
  static final String MODEL_TYPE = "llama";

  static LlamaConfig read(ConfigJson json, GenerationConfig generation) {
    return new LlamaConfig(
        RotaryConfigJson.read(json, generation),
        json.truthOr("attention_bias", false),
        json.truthOr("mlp_bias", false));
  }

  static LlamaConfig create(ModelSizes sizes) {
    return new LlamaConfig(RotaryDecoder.of(sizes, 1e-5, 10_000), false, false);
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public String architecture() {
    return "LlamaForCausalLM";
  }

  @Override
  public Set<String> biasedModules() {
    Set<String> biased = new HashSet<>(config.attentionBias() ? ATTENTION : Set.of());
    biased.addAll(config.mlpBias() ? FEED_FORWARD : Set.of());
    return biased;
  }

  @Override
  public boolean normsQueriesAndKeys() {
    return false;
  }

  @Override
  public void putOwnKeys(ObjectNode json) {
    json.put("attention_bias", config.attentionBias());
    json.put("mlp_bias", config.mlpBias());
  }
}
