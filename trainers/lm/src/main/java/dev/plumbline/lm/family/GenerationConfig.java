/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a checkpoint wants to be sampled: {@code generation_config.json}. What the file doesn't say
 * is null.
 *
 * @param bosTokenId id that starts a text
 * @param eosTokenIds ids that end a completion; empty when the file doesn't say
 * @param padTokenId id that fills batches
 * @param doSample whether to draw instead of taking the likeliest token
 * @param temperature divides the logits
 * @param topK number of tokens kept; 0 keeps all
 * @param topP probability mass kept
 * @param minP share of the largest probability that a token needs
 * @param repetitionPenalty divides the positive and multiplies the negative logits of tokens seen
 * @param maxNewTokens longest completion
 */
public record GenerationConfig(
    @Nullable Integer bosTokenId,
    List<Integer> eosTokenIds,
    @Nullable Integer padTokenId,
    @Nullable Boolean doSample,
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double minP,
    @Nullable Double repetitionPenalty,
    @Nullable Integer maxNewTokens) {

  public GenerationConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /** Says nothing. */
  public static GenerationConfig empty() {
    return new GenerationConfig(null, List.of(), null, null, null, null, null, null, null, null);
  }

  /** Says where texts start and end, nothing else. */
  public static GenerationConfig of(SpecialTokens tokens) {
    return new GenerationConfig(
        tokens.bosTokenId(), tokens.eosTokenIds(), null, null, null, null, null, null, null, null);
  }

  /**
   * Reads a {@code generation_config.json}; keys that sampling doesn't use are ignored.
   *
   * @throws IllegalArgumentException naming the key, its value and what was expected
   */
  public static GenerationConfig read(byte[] bytes) {
    ConfigJson json = ConfigJson.parse(bytes);
    List<Integer> starts = json.ids("bos_token_id");
    List<Integer> pads = json.ids("pad_token_id");
    return new GenerationConfig(
        starts.isEmpty() ? null : starts.getFirst(),
        json.ids("eos_token_id"),
        pads.isEmpty() ? null : pads.getFirst(),
        json.has("do_sample") ? json.truthOr("do_sample", false) : null,
        json.has("temperature") ? json.number("temperature") : null,
        json.has("top_k") ? json.integer("top_k") : null,
        json.has("top_p") ? json.number("top_p") : null,
        json.has("min_p") ? json.number("min_p") : null,
        json.has("repetition_penalty") ? json.number("repetition_penalty") : null,
        json.has("max_new_tokens") ? json.integer("max_new_tokens") : null);
  }

  /** The bytes of {@code generation_config.json}. */
  public byte[] toJson() {
    ObjectNode json = ConfigJson.newObject();
    if (bosTokenId != null) {
      json.put("bos_token_id", bosTokenId);
    }
    ConfigJson.putIds(json, "eos_token_id", eosTokenIds);
    if (padTokenId != null) {
      json.put("pad_token_id", padTokenId);
    }
    if (doSample != null) {
      json.put("do_sample", doSample);
    }
    if (temperature != null) {
      json.put("temperature", temperature);
    }
    if (topK != null) {
      json.put("top_k", topK);
    }
    if (topP != null) {
      json.put("top_p", topP);
    }
    if (minP != null) {
      json.put("min_p", minP);
    }
    if (repetitionPenalty != null) {
      json.put("repetition_penalty", repetitionPenalty);
    }
    if (maxNewTokens != null) {
      json.put("max_new_tokens", maxNewTokens);
    }
    return ConfigJson.bytes(json);
  }
}
