/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * {@code config.json} of {@code LlamaForCausalLM}, read strictly: what would change the numbers is
 * refused by name.
 */
final class LlamaConfigJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double DEFAULT_ROPE_THETA = 10_000;

  private LlamaConfigJson() {}

  /**
   * @throws IllegalArgumentException naming the key
   */
  static LlamaConfig read(JsonNode json) {
    requireValue(json, "hidden_act", "silu");
    requireFalse(json, "attention_bias");
    requireFalse(json, "mlp_bias");
    requirePlainRope(json.path("rope_scaling"), "rope_scaling");
    requirePlainRope(json.path("rope_parameters"), "rope_parameters");
    int hidden = integer(json, "hidden_size");
    int heads = integer(json, "num_attention_heads");
    if (heads < 1) {
      throw new IllegalArgumentException(
          "num_attention_heads must be at least 1, but was " + heads);
    }
    return new LlamaConfig(
        integer(json, "vocab_size"),
        hidden,
        integer(json, "intermediate_size"),
        integer(json, "num_hidden_layers"),
        heads,
        json.hasNonNull("num_key_value_heads") ? integer(json, "num_key_value_heads") : heads,
        json.hasNonNull("head_dim") ? integer(json, "head_dim") : hidden / heads,
        number(json, "rms_norm_eps"),
        ropeTheta(json),
        integer(json, "max_position_embeddings"),
        json.path("tie_word_embeddings").asBoolean(false),
        integer(json, "bos_token_id"),
        integer(json, "eos_token_id"));
  }

  static byte[] write(LlamaConfig config) {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama");
    json.put("hidden_act", "silu");
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.attentionHeads());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headDim());
    json.put("max_position_embeddings", config.maxPositions());
    json.put("rms_norm_eps", config.rmsNormEpsilon());
    json.put("rope_theta", config.ropeTheta());
    json.put("vocab_size", config.vocabularySize());
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    json.put("bos_token_id", config.bosTokenId());
    json.put("eos_token_id", config.eosTokenId());
    json.put("torch_dtype", "float32");
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  // Both generations of the format: rope_theta beside the other keys, or inside rope_parameters.
  private static double ropeTheta(JsonNode json) {
    if (json.hasNonNull("rope_theta")) {
      return number(json, "rope_theta");
    }
    JsonNode parameters = json.path("rope_parameters");
    return parameters.hasNonNull("rope_theta")
        ? number(parameters, "rope_theta")
        : DEFAULT_ROPE_THETA;
  }

  private static void requirePlainRope(JsonNode rope, String name) {
    String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
    if (rope.isObject() && !type.equals("default")) {
      throw new IllegalArgumentException(
          "%s of type '%s' is not supported (only 'default')".formatted(name, type));
    }
  }

  private static void requireValue(JsonNode json, String key, String value) {
    if (json.has(key) && !json.path(key).asText().equals(value)) {
      throw new IllegalArgumentException(
          "%s must be '%s', but was %s".formatted(key, value, json.path(key)));
    }
  }

  private static void requireFalse(JsonNode json, String key) {
    if (json.path(key).asBoolean(false)) {
      throw new IllegalArgumentException(key + " true is not supported");
    }
  }

  private static int integer(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(
          "%s must be an integer, but was %s"
              .formatted(key, value.isMissingNode() ? "missing" : value));
    }
    return value.intValue();
  }

  private static double number(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          "%s must be a number, but was %s"
              .formatted(key, value.isMissingNode() ? "missing" : value));
    }
    return value.doubleValue();
  }
}
