/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

/**
 * How completions are drawn. Filters apply in the order temperature, top-k, top-p.
 *
 * @param maxNewTokens longest completion in tokens
 * @param temperature logits are divided by it; 0 takes the most probable token (lowest id on a tie)
 * @param topK keeps the k most probable tokens; 0 keeps all
 * @param topP keeps the smallest set of most probable tokens whose mass reaches p; 1 keeps all
 * @param seed of the noise
 */
public record SamplingOptions(
    int maxNewTokens, double temperature, int topK, double topP, long seed) {

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
  }

  /** The most probable token at each step. */
  public static SamplingOptions greedy(int maxNewTokens) {
    return new SamplingOptions(maxNewTokens, 0, 0, 1, 0);
  }

  /** Unfiltered draws at a temperature. */
  public static SamplingOptions of(int maxNewTokens, double temperature, long seed) {
    return new SamplingOptions(maxNewTokens, temperature, 0, 1, seed);
  }
}
