/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * {@code GPT2LMHeadModel} (Radford et al. 2019): program {@code gpt2.py}. Weights of linear modules
 * are stored [in, out]; files may leave out the prefix {@code transformer.}.
 */
record Gpt2Family(Gpt2Config config) implements ModelFamily {
  static final String MODEL_TYPE = "gpt2";

  private static final String PREFIX = "transformer.";
  private static final String EMBEDDING = PREFIX + "wte";
  private static final String POSITIONS = PREFIX + "wpe";
  private static final String LAYERS = PREFIX + "h.";

  static Gpt2Config read(ConfigJson json, GenerationConfig generation) {
    // Two names of one function: GELU in its tanh form.
    json.requireValue("activation_function", "gelu_new", "gelu_pytorch_tanh");
    json.requireTrue("scale_attn_weights");
    json.requireFalse("scale_attn_by_inverse_layer_idx");
    json.requireFalse("reorder_and_upcast_attn");
    int hidden = json.integer("n_embd");
    return new Gpt2Config(
        json.integer("vocab_size"),
        hidden,
        json.has("n_inner") ? json.integer("n_inner") : Math.multiplyExact(4, hidden),
        json.integer("n_layer"),
        json.integer("n_head"),
        json.number("layer_norm_epsilon"),
        json.integer("n_positions"),
        json.truthOr("tie_word_embeddings", true),
        SpecialTokens.read(json, generation));
  }

  static Gpt2Config create(ModelSizes sizes) {
    return new Gpt2Config(
        sizes.vocabularySize(),
        sizes.hiddenSize(),
        sizes.intermediateSize(),
        sizes.layers(),
        sizes.attentionHeads(),
        1e-5,
        sizes.maxPositions(),
        sizes.tiedEmbeddings(),
        SpecialTokens.DEFAULT);
  }

  @Override
  public String modelType() {
    return MODEL_TYPE;
  }

  @Override
  public String architecture() {
    return "GPT2LMHeadModel";
  }

  @Override
  public String program() {
    return "gpt2.py";
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
        "layer_norm_epsilon", config.layerNormEpsilon());
  }

  @Override
  public SequencedMap<String, long[]> weights() {
    long hidden = config.hiddenSize();
    SequencedMap<String, long[]> weights = new LinkedHashMap<>();
    weights.put(EMBEDDING + ".weight", new long[] {config.vocabularySize(), hidden});
    weights.put(POSITIONS + ".weight", new long[] {config.maxPositions(), hidden});
    linearModules()
        .forEach(
            (path, module) -> {
              weights.put(path + ".weight", module.weightShape());
              weights.put(path + ".bias", new long[] {module.out()});
            });
    for (int i = 0; i < config.layers(); i++) {
      putNorm(weights, LAYERS + i + ".ln_1");
      putNorm(weights, LAYERS + i + ".ln_2");
    }
    putNorm(weights, PREFIX + "ln_f");
    if (!config.tiedEmbeddings()) {
      weights.put(HEAD_WEIGHT, new long[] {config.vocabularySize(), hidden});
    }
    return weights;
  }

  private void putNorm(Map<String, long[]> weights, String norm) {
    weights.put(norm + ".weight", new long[] {config.hiddenSize()});
    weights.put(norm + ".bias", new long[] {config.hiddenSize()});
  }

  @Override
  public SequencedMap<String, LinearModule> linearModules() {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    SequencedMap<String, LinearModule> modules = new LinkedHashMap<>();
    for (int i = 0; i < config.layers(); i++) {
      modules.put(LAYERS + i + ".attn.c_attn", module(hidden, 3 * hidden));
      modules.put(LAYERS + i + ".attn.c_proj", module(hidden, hidden));
      modules.put(LAYERS + i + ".mlp.c_fc", module(hidden, inner));
      modules.put(LAYERS + i + ".mlp.c_proj", module(inner, hidden));
    }
    return modules;
  }

  private static LinearModule module(long in, long out) {
    return new LinearModule(in, out, true, true);
  }

  @Override
  public String embeddingModule() {
    return EMBEDDING;
  }

  @Override
  public String headWeight() {
    return config.tiedEmbeddings() ? EMBEDDING + ".weight" : HEAD_WEIGHT;
  }

  @Override
  public double[] inverseFrequencies() {
    return new double[0];
  }

  @Override
  public double attentionFactor() {
    return 1;
  }

  @Override
  public int depthOf(String weight) {
    return Blocks.depth(weight, LAYERS, config.layers(), EMBEDDING, POSITIONS);
  }

  @Override
  public String canonicalName(String nameInFile) {
    return nameInFile.startsWith(PREFIX) || nameInFile.equals(HEAD_WEIGHT)
        ? nameInFile
        : PREFIX + nameInFile;
  }

  /** The causal mask of each block, and the value it once put in. */
  @Override
  public boolean isBuffer(String canonicalName) {
    return canonicalName.endsWith(".attn.bias") || canonicalName.endsWith(".attn.masked_bias");
  }

  @Override
  public byte[] configJson() {
    ObjectNode json = ConfigJson.newObject();
    json.putArray("architectures").add(architecture());
    json.put("model_type", MODEL_TYPE);
    json.put("activation_function", "gelu_new");
    json.put("n_embd", config.hiddenSize());
    json.put("n_inner", config.intermediateSize());
    json.put("n_layer", config.layers());
    json.put("n_head", config.attentionHeads());
    json.put("n_positions", config.maxPositions());
    json.put("layer_norm_epsilon", config.layerNormEpsilon());
    json.put("scale_attn_weights", true);
    json.put("vocab_size", config.vocabularySize());
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("bos_token_id", config.specialTokens().bosTokenId());
    ConfigJson.putIds(json, "eos_token_id", config.specialTokens().eosTokenIds());
    json.put("torch_dtype", "float32");
    return ConfigJson.bytes(json);
  }
}
