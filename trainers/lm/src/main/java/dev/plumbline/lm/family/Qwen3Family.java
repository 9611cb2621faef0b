/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** {@code Qwen3ForCausalLM} (arXiv 2505.09388). */
record Qwen3Family(Qwen3Config config) implements RotaryFamily {
  static final String MODEL_TYPE = "qwen3";

  static Qwen3Config read(ConfigJson json, GenerationConfig generation) {
    json.requirePresent("num_key_value_heads");
    json.requirePresent("head_dim");
    json.requireFalse("use_sliding_window");
    return new Qwen3Config(
        RotaryConfigJson.read(json, generation), json.truthOr("attention_bias", false));
  }

  static Qwen3Config create(ModelSizes sizes) {
    return new Qwen3Config(RotaryDecoder.of(sizes, 1e-6, 1_000_000), false);
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public String architecture() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public Set<String> biasedModules() {
    return config.attentionBias() ? ATTENTION : Set.of();
  }

  @Override
  public boolean normsQueriesAndKeys() {
    return true;
  }

  @Override
  public void putOwnKeys(ObjectNode json) {
    json.put("attention_bias", config.attentionBias());
    json.put("use_sliding_window", false);
  }
}
