/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import java.util.List;

/**
 * Where texts start and end.
 *
 * @param bosTokenId id that starts a text
 * @param eosTokenIds ids that end a completion, at least one; the first is what completions to
 *     learn from end with
 */
public record SpecialTokens(int bosTokenId, List<Integer> eosTokenIds) {

  /** Those of a new model: 1 and 2, as in Llama 2's vocabulary. */
  static final SpecialTokens DEFAULT = of(1, 2);

  public SpecialTokens {
    eosTokenIds = List.copyOf(eosTokenIds);
    if (eosTokenIds.isEmpty()) {
      throw new IllegalArgumentException(
          "eos_token_id must be an id or a list of ids, but there was none");
    }
  }

  public static SpecialTokens of(int bosTokenId, int eosTokenId) {
    return new SpecialTokens(bosTokenId, List.of(eosTokenId));
  }

  /**
   * The ids of {@code generation_config.json} come before those of {@code config.json}: they are
   * what servers stop at. A model without id for the start of a text (Qwen) uses the one that ends
   * it.
   */
  static SpecialTokens read(ConfigJson json, GenerationConfig generation) {
    List<Integer> own = json.ids("eos_token_id");
    List<Integer> ends = generation.eosTokenIds().isEmpty() ? own : generation.eosTokenIds();
    int vocabulary = json.integer("vocab_size");
    for (int id : generation.eosTokenIds()) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "vocab_size is %d, but generation_config.json has eos_token_id %d"
                .formatted(vocabulary, id));
      }
    }
    if (ends.isEmpty()) {
      throw new IllegalArgumentException(
          "eos_token_id must be an id or a list of ids, but was missing here and in"
              + " generation_config.json");
    }
    List<Integer> starts = json.ids("bos_token_id");
    Integer other = generation.bosTokenId();
    int start = !starts.isEmpty() ? starts.getFirst() : other != null ? other : ends.getFirst();
    return new SpecialTokens(start, ends);
  }

  void requireWithin(int vocabularySize) {
    requireId("bos_token_id", bosTokenId, vocabularySize);
    eosTokenIds.forEach(id -> requireId("eos_token_id", id, vocabularySize));
  }

  private static void requireId(String name, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "%s must be in [0, %d), but was %d".formatted(name, vocabularySize, id));
    }
  }
}
