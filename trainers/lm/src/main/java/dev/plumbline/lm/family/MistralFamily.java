/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** {@code MistralForCausalLM} (arXiv 2310.06825). */
record MistralFamily(MistralConfig config) implements RotaryFamily {
  static final String MODEL_TYPE = "mistral";

  static MistralConfig read(ConfigJson json, GenerationConfig generation) {
    // Absent, transformers assumes numbers of its own for both: 8 heads, a window of 4096.
    json.requirePresent("num_key_value_heads");
    json.requirePresent("sliding_window");
    return new MistralConfig(
        RotaryConfigJson.read(json, generation),
        json.has("sliding_window") ? json.integer("sliding_window") : null);
  }

  static MistralConfig create(ModelSizes sizes) {
    return new MistralConfig(RotaryDecoder.of(sizes, 1e-5, 10_000), null);
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public String architecture() {
    return "MistralForCausalLM";
  }

  @Override
  public Set<String> biasedModules() {
    return Set.of();
  }

  @Override
  public boolean normsQueriesAndKeys() {
    return false;
  }

  @Override
  public void putOwnKeys(ObjectNode json) {
    json.put("sliding_window", config.slidingWindow());
  }
}
