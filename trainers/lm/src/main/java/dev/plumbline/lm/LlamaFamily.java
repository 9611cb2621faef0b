/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The Llama family: program {@code llama.py}, weights under the names of {@code LlamaForCausalLM}.
 */
record LlamaFamily(LlamaConfig config) implements ModelFamily {

  @Override
  public String program() {
    return "llama.py";
  }

  @Override
  public String programClass() {
    return "Llama";
  }

  @Override
  public Map<String, Number> constants() {
    return Map.of(
        "layers", config.layers(),
        "heads", config.attentionHeads(),
        "key_value_heads", config.keyValueHeads(),
        "head_dim", config.headDim(),
        "hidden_size", config.hiddenSize(),
        "tied_embeddings", config.tiedEmbeddings() ? 1 : 0,
        "eos_token_id", config.eosTokenId(),
        "rms_norm_epsilon", config.rmsNormEpsilon(),
        "rope_theta", config.ropeTheta());
  }

  @Override
  public SequencedMap<String, long[]> weights() {
    long hidden = config.hiddenSize();
    SequencedMap<String, long[]> weights = new LinkedHashMap<>();
    weights.put("model.embed_tokens.weight", new long[] {config.vocabularySize(), hidden});
    linearModules().forEach((module, shape) -> weights.put(module + ".weight", shape));
    for (int i = 0; i < config.layers(); i++) {
      weights.put(layer(i) + "input_layernorm.weight", new long[] {hidden});
      weights.put(layer(i) + "post_attention_layernorm.weight", new long[] {hidden});
    }
    weights.put("model.norm.weight", new long[] {hidden});
    if (!config.tiedEmbeddings()) {
      weights.put("lm_head.weight", new long[] {config.vocabularySize(), hidden});
    }
    return weights;
  }

  @Override
  public SequencedMap<String, long[]> linearModules() {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.attentionHeads() * config.headDim();
    long keys = (long) config.keyValueHeads() * config.headDim();
    SequencedMap<String, long[]> modules = new LinkedHashMap<>();
    for (int i = 0; i < config.layers(); i++) {
      String layer = layer(i);
      modules.put(layer + "self_attn.q_proj", new long[] {queries, hidden});
      modules.put(layer + "self_attn.k_proj", new long[] {keys, hidden});
      modules.put(layer + "self_attn.v_proj", new long[] {keys, hidden});
      modules.put(layer + "self_attn.o_proj", new long[] {hidden, queries});
      modules.put(layer + "mlp.gate_proj", new long[] {inner, hidden});
      modules.put(layer + "mlp.up_proj", new long[] {inner, hidden});
      modules.put(layer + "mlp.down_proj", new long[] {hidden, inner});
    }
    return modules;
  }

  private static String layer(int i) {
    return "model.layers." + i + ".";
  }

  @Override
  public byte[] configJson() {
    return LlamaConfigJson.write(config);
  }
}
