/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** {@code Qwen2ForCausalLM} (arXiv 2407.10671). */
record Qwen2Family(Qwen2Config config) implements RotaryFamily {
  static final String MODEL_TYPE = "qwen2";

  static Qwen2Config read(ConfigJson json, GenerationConfig generation) {
    json.requirePresent("num_key_value_heads");
    json.requireFalse("use_sliding_window");
    return new Qwen2Config(RotaryConfigJson.read(json, generation));
  }

  static Qwen2Config create(ModelSizes sizes) {
    return new Qwen2Config(RotaryDecoder.of(sizes, 1e-6, 1_000_000));
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public String architecture() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public Set<String> biasedModules() {
    return Set.of("q_proj", "k_proj", "v_proj");
  }

  @Override
  public boolean normsQueriesAndKeys() {
    return false;
  }

  @Override
  public void putOwnKeys(ObjectNode json) {
    json.put("use_sliding_window", false);
  }
}
