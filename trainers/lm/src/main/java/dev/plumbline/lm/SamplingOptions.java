/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import java.util.List;

/**
 * How completions are drawn. Filters apply in the order repetition penalty, temperature, top-k,
 * top-p, min-p, as in transformers.
 *
 * @param maxNewTokens longest completion in tokens
 * @param temperature logits are divided by it; 0 takes the most probable token (lowest id on a tie)
 * @param topK keeps the k most probable tokens; 0 keeps all
 * @param topP keeps the smallest set of most probable tokens whose mass reaches p; 1 keeps all
 * @param minP keeps tokens at least this times as probable as the most probable one; 0 keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that the
 *     prompt or completion holds (arXiv 1909.05858); 1 changes nothing
 * @param stopSequences texts that end a completion, with the token that completes them
 * @param seed of the noise
 */
public record SamplingOptions(
    int maxNewTokens,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    List<String> stopSequences,
    long seed) {

  public SamplingOptions {
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "max_new_tokens must be at least 1, but was " + maxNewTokens);
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be 0 (greedy) or positive, but was " + temperature + " (typical: 0.9)");
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top_k must be 0 (off) or positive, but was " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top_p must be in (0, 1], but was " + topP);
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min_p must be in [0, 1], but was " + minP);
    }
    if (!(repetitionPenalty > 0) || Double.isInfinite(repetitionPenalty)) {
      throw new IllegalArgumentException(
          "repetition_penalty must be positive (1 changes nothing), but was " + repetitionPenalty);
    }
    stopSequences = List.copyOf(stopSequences);
    if (stopSequences.contains("")) {
      throw new IllegalArgumentException("stop sequences must not be empty");
    }
  }

  public SamplingOptions(int maxNewTokens, double temperature, int topK, double topP, long seed) {
    this(maxNewTokens, temperature, topK, topP, 0, 1, List.of(), seed);
  }

  /** The most probable token at each step. */
  public static SamplingOptions greedy(int maxNewTokens) {
    return new SamplingOptions(maxNewTokens, 0, 0, 1, 0);
  }

  /** Unfiltered draws at a temperature. */
  public static SamplingOptions of(int maxNewTokens, double temperature, long seed) {
    return new SamplingOptions(maxNewTokens, temperature, 0, 1, seed);
  }

  /** The same with improbable tokens left out. */
  public SamplingOptions withMinP(double minP) {
    return new SamplingOptions(
        maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, stopSequences, seed);
  }

  /** The same with repetition made less probable. */
  public SamplingOptions withRepetitionPenalty(double repetitionPenalty) {
    return new SamplingOptions(
        maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, stopSequences, seed);
  }

  /** The same with texts that end a completion. */
  public SamplingOptions stoppingAt(List<String> stopSequences) {
    return new SamplingOptions(
        maxNewTokens, temperature, topK, topP, minP, repetitionPenalty, stopSequences, seed);
  }
}
