/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The keys of {@code config.json} that the families around a {@link RotaryDecoder} share, in the
 * form of transformers 4 ({@code rope_theta} and {@code rope_scaling}) and 5 ({@code
 * rope_parameters}). The first is written: both read it.
 */
final class RotaryConfigJson {
  private static final double DEFAULT_ROPE_THETA = 10_000;
  private static final double DEFAULT_BETA_FAST = 32;
  private static final double DEFAULT_BETA_SLOW = 1;

  private RotaryConfigJson() {}

  static RotaryDecoder read(ConfigJson json, GenerationConfig generation) {
    json.requireValue("hidden_act", "silu", "swish");
    json.requireNumber("pretraining_tp", 1);
    json.requireNumber("partial_rotary_factor", 1);
    json.requireOnly("layer_types", "full_attention");
    for (String experts : new String[] {"num_experts", "num_local_experts", "n_routed_experts"}) {
      json.requireAbsent(experts, "mixtures of experts are not supported");
    }
    int hidden = json.integer("hidden_size");
    int heads = json.integer("num_attention_heads");
    Limits.requirePositive("num_attention_heads", heads);
    int maxPositions = json.integer("max_position_embeddings");
    return new RotaryDecoder(
        json.integer("vocab_size"),
        hidden,
        json.integer("intermediate_size"),
        json.integer("num_hidden_layers"),
        heads,
        json.integerOr("num_key_value_heads", heads),
        json.integerOr("head_dim", hidden / heads),
        json.number("rms_norm_eps"),
        rope(json, maxPositions),
        maxPositions,
        json.truthOr("tie_word_embeddings", false),
        SpecialTokens.read(json, generation));
  }

  static byte[] write(RotaryFamily family) {
    RotaryDecoder decoder = family.config().decoder();
    ObjectNode json = ConfigJson.newObject();
    json.putArray("architectures").add(family.architecture());
    json.put("model_type", family.modelType());
    json.put("hidden_act", "silu");
    json.put("hidden_size", decoder.hiddenSize());
    json.put("intermediate_size", decoder.intermediateSize());
    json.put("num_hidden_layers", decoder.layers());
    json.put("num_attention_heads", decoder.attentionHeads());
    json.put("num_key_value_heads", decoder.keyValueHeads());
    json.put("head_dim", decoder.headDim());
    json.put("max_position_embeddings", decoder.maxPositions());
    json.put("rms_norm_eps", decoder.rmsNormEpsilon());
    json.put("rope_theta", decoder.rope().theta());
    putScaling(json, decoder.rope().scaling());
    json.put("vocab_size", decoder.vocabularySize());
    json.put("tie_word_embeddings", decoder.tiedEmbeddings());
    family.putOwnKeys(json);
    json.put("bos_token_id", decoder.specialTokens().bosTokenId());
    ConfigJson.putIds(json, "eos_token_id", decoder.specialTokens().eosTokenIds());
    json.put("torch_dtype", "float32");
    return ConfigJson.bytes(json);
  }

  private static Rope rope(ConfigJson json, int maxPositions) {
    if (json.has("rope_scaling") && json.has("rope_parameters")) {
      throw json.unexpected("rope_scaling", "absent where rope_parameters is present");
    }
    double theta = json.numberOr("rope_theta", DEFAULT_ROPE_THETA);
    for (String key : new String[] {"rope_scaling", "rope_parameters"}) {
      if (json.has(key)) {
        ConfigJson rope = json.object(key);
        rope.requireNumber("partial_rotary_factor", 1);
        return new Rope(rope.numberOr("rope_theta", theta), scaling(rope, maxPositions));
      }
    }
    return Rope.of(theta);
  }

  private static Rope.Scaling scaling(ConfigJson rope, int maxPositions) {
    String key = rope.has("rope_type") ? "rope_type" : "type";
    return switch (rope.textOr(key, "default")) {
      case "default" -> Rope.None.NONE;
      case "linear" -> new Rope.Linear(rope.number("factor"));
      case "llama3" ->
          new Rope.Llama3(
              rope.number("factor"),
              rope.number("low_freq_factor"),
              rope.number("high_freq_factor"),
              rope.integerOr("original_max_position_embeddings", maxPositions));
      case "yarn" -> yarn(rope, maxPositions);
      default -> throw rope.unexpected(key, "'default', 'linear', 'llama3' or 'yarn'");
    };
  }

  private static Rope.Yarn yarn(ConfigJson rope, int maxPositions) {
    double factor = rope.number("factor");
    return new Rope.Yarn(
        factor,
        rope.integerOr("original_max_position_embeddings", maxPositions),
        rope.numberOr("beta_fast", DEFAULT_BETA_FAST),
        rope.numberOr("beta_slow", DEFAULT_BETA_SLOW),
        rope.has("attention_factor") ? rope.number("attention_factor") : magnitude(rope, factor),
        rope.truthOr("truncate", true));
  }

  /** YaRN's attention factor where the file names none (arXiv 2309.00071, equation 22). */
  private static double magnitude(ConfigJson rope, double factor) {
    double all = rope.numberOr("mscale_all_dim", 0);
    double own = rope.numberOr("mscale", 0);
    return own != 0 && all != 0
        ? magnitude(own, factor) / magnitude(all, factor)
        : magnitude(1, factor);
  }

  private static double magnitude(double scale, double factor) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  private static void putScaling(ObjectNode json, Rope.Scaling scaling) {
    switch (scaling) {
      case Rope.None none -> {}
      case Rope.Linear linear ->
          json.putObject("rope_scaling").put("rope_type", "linear").put("factor", linear.factor());
      case Rope.Llama3 llama3 ->
          json.putObject("rope_scaling")
              .put("rope_type", "llama3")
              .put("factor", llama3.factor())
              .put("low_freq_factor", llama3.lowFrequencyFactor())
              .put("high_freq_factor", llama3.highFrequencyFactor())
              .put("original_max_position_embeddings", llama3.originalMaxPositions());
      case Rope.Yarn yarn ->
          json.putObject("rope_scaling")
              .put("rope_type", "yarn")
              .put("factor", yarn.factor())
              .put("original_max_position_embeddings", yarn.originalMaxPositions())
              .put("beta_fast", yarn.betaFast())
              .put("beta_slow", yarn.betaSlow())
              .put("attention_factor", yarn.attentionFactor())
              .put("truncate", yarn.truncate());
    }
  }
}
