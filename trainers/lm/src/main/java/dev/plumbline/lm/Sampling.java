/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of prompts laid out for the tensor program's sampling loop, and the way back to
 * completions.
 *
 * @param ids prompts padded on the right to {@code width}, row by row
 * @param lengths of the prompts
 * @param noise uniform numbers, {@code steps} per row
 * @param width of the longest prompt
 * @param steps most tokens drawn for any row
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight to the engine
record Sampling(
    long[] ids,
    long[] lengths,
    double[] noise,
    int width,
    int steps,
    ModelConfig config,
    int maxNewTokens) {
  private static final int NOISE_STREAM = 0x44726177; // "Draw"

  static Sampling of(
      List<int[]> prompts, SamplingOptions options, List<Long> noiseKeys, ModelConfig config) {
    int rows = prompts.size();
    if (rows == 0 || rows != noiseKeys.size()) {
      throw new IllegalArgumentException(
          "one noise key per prompt and at least one prompt expected, but %d prompts had %d"
              .formatted(rows, noiseKeys.size()));
    }
    TorchLanguageModel.requireFits(prompts, config);
    long[] lengths = prompts.stream().mapToLong(prompt -> prompt.length).toArray();
    long shortest = Arrays.stream(lengths).min().getAsLong();
    int width = (int) Arrays.stream(lengths).max().getAsLong();
    if (shortest == 0 || width == config.maxPositions()) {
      throw new IllegalArgumentException(
          "prompts must have 1 to %d tokens, but there was one of %d"
              .formatted(config.maxPositions() - 1, shortest == 0 ? 0 : width));
    }
    int steps = (int) Math.min(options.maxNewTokens(), config.maxPositions() - shortest);
    long[] ids = new long[rows * width];
    double[] noise = new double[rows * steps];
    for (int row = 0; row < rows; row++) {
      int[] prompt = prompts.get(row);
      for (int t = 0; t < prompt.length; t++) {
        ids[row * width + t] = prompt[t];
      }
      for (int step = 0; step < steps; step++) {
        noise[row * steps + step] =
            CounterNoise.uniform(options.seed(), NOISE_STREAM, step, noiseKeys.get(row));
      }
    }
    return new Sampling(ids, lengths, noise, width, steps, config, options.maxNewTokens());
  }

  /** Cuts each row of what was drawn after its end-of-sequence token or at its limit. */
  List<SampledCompletion> completions(long[] drawnIds, double[] drawnLogProbs) {
    int rows = lengths.length;
    int drawn = drawnIds.length / rows;
    List<SampledCompletion> completions = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      int limit = (int) Math.min(maxNewTokens, config.maxPositions() - lengths[row]);
      int length = 0;
      boolean stopped = false;
      while (!stopped && length < Math.min(limit, drawn)) {
        stopped = drawnIds[row * drawn + length] == config.eosTokenId();
        length++;
      }
      int start = row * drawn;
      int[] completion =
          Arrays.stream(drawnIds, start, start + length).mapToInt(Math::toIntExact).toArray();
      completions.add(
          new SampledCompletion(
              completion,
              Arrays.copyOfRange(drawnLogProbs, start, start + length),
              stopped ? FinishReason.STOP : FinishReason.LENGTH));
    }
    return completions;
  }
}
