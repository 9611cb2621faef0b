/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The families around a {@link RotaryDecoder}: one program, {@code llama.py}, and one set of names.
 * A family tells which of its linear modules have biases, whether queries and keys are normed, and
 * what of {@code config.json} is its own.
 */
sealed interface RotaryFamily extends ModelFamily
    permits LlamaFamily, MistralFamily, Qwen2Family, Qwen3Family {
  String EMBEDDING = "model.embed_tokens";
  String LAYERS = "model.layers.";
  Set<String> ATTENTION = Set.of("q_proj", "k_proj", "v_proj", "o_proj");
  Set<String> FEED_FORWARD = Set.of("gate_proj", "up_proj", "down_proj");

  RotaryConfig config();

  /** Names of the linear modules that have a bias. */
  Set<String> biasedModules();

  /** Whether queries and keys are normed head by head. */
  boolean normsQueriesAndKeys();

  /** Writes the keys of {@code config.json} that other families lack. */
  void putOwnKeys(ObjectNode json);

  @Override
  default String program() {
    return "llama.py";
  }

  @Override
  default Map<String, Number> constants() {
    RotaryDecoder decoder = config().decoder();
    return Map.of(
        "layers", decoder.layers(),
        "heads", decoder.attentionHeads(),
        "key_value_heads", decoder.keyValueHeads(),
        "head_dim", decoder.headDim(),
        "hidden_size", decoder.hiddenSize(),
        "tied_embeddings", decoder.tiedEmbeddings() ? 1 : 0,
        "rms_norm_epsilon", decoder.rmsNormEpsilon());
  }

  @Override
  default SequencedMap<String, long[]> weights() {
    RotaryDecoder decoder = config().decoder();
    long hidden = decoder.hiddenSize();
    SequencedMap<String, long[]> weights = new LinkedHashMap<>();
    weights.put(EMBEDDING + ".weight", new long[] {decoder.vocabularySize(), hidden});
    linearModules()
        .forEach(
            (path, module) -> {
              weights.put(path + ".weight", module.weightShape());
              if (module.bias()) {
                weights.put(path + ".bias", new long[] {module.out()});
              }
            });
    for (int i = 0; i < decoder.layers(); i++) {
      String layer = LAYERS + i + ".";
      if (normsQueriesAndKeys()) {
        weights.put(layer + "self_attn.q_norm.weight", new long[] {decoder.headDim()});
        weights.put(layer + "self_attn.k_norm.weight", new long[] {decoder.headDim()});
      }
      weights.put(layer + "input_layernorm.weight", new long[] {hidden});
      weights.put(layer + "post_attention_layernorm.weight", new long[] {hidden});
    }
    weights.put("model.norm.weight", new long[] {hidden});
    if (!decoder.tiedEmbeddings()) {
      weights.put(HEAD_WEIGHT, new long[] {decoder.vocabularySize(), hidden});
    }
    return weights;
  }

  @Override
  default SequencedMap<String, LinearModule> linearModules() {
    RotaryDecoder decoder = config().decoder();
    long hidden = decoder.hiddenSize();
    long inner = decoder.intermediateSize();
    long queries = (long) decoder.attentionHeads() * decoder.headDim();
    long keys = (long) decoder.keyValueHeads() * decoder.headDim();
    SequencedMap<String, LinearModule> modules = new LinkedHashMap<>();
    for (int i = 0; i < decoder.layers(); i++) {
      String attention = LAYERS + i + ".self_attn.";
      modules.put(attention + "q_proj", module("q_proj", hidden, queries));
      modules.put(attention + "k_proj", module("k_proj", hidden, keys));
      modules.put(attention + "v_proj", module("v_proj", hidden, keys));
      modules.put(attention + "o_proj", module("o_proj", queries, hidden));
      String feedForward = LAYERS + i + ".mlp.";
      modules.put(feedForward + "gate_proj", module("gate_proj", hidden, inner));
      modules.put(feedForward + "up_proj", module("up_proj", hidden, inner));
      modules.put(feedForward + "down_proj", module("down_proj", inner, hidden));
    }
    return modules;
  }

  private LinearModule module(String name, long in, long out) {
    return new LinearModule(in, out, biasedModules().contains(name), false);
  }

  @Override
  default String embeddingModule() {
    return EMBEDDING;
  }

  @Override
  default String headWeight() {
    return config().tiedEmbeddings() ? EMBEDDING + ".weight" : HEAD_WEIGHT;
  }

  @Override
  default double[] inverseFrequencies() {
    return config().decoder().rope().inverseFrequencies(config().headDim());
  }

  @Override
  default double attentionFactor() {
    return config().decoder().rope().attentionFactor();
  }

  @Override
  default int depthOf(String weight) {
    return Blocks.depth(weight, LAYERS, config().layers(), EMBEDDING);
  }

  @Override
  default boolean isBuffer(String canonicalName) {
    return canonicalName.endsWith(".rotary_emb.inv_freq");
  }

  @Override
  default byte[] configJson() {
    return RotaryConfigJson.write(this);
  }
}
