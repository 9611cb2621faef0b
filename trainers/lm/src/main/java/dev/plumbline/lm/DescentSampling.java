/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Draws one completion per prompt, the soft prompt of each row descending before every token. Every
 * row is read anew for every token: what an earlier token left would be of another prompt. Used
 * once.
 */
final class DescentSampling {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final ModelConfig config;
  private final Tokenizer tokenizer;
  private final SamplingOptions options;
  private final Map<String, NDArray> weights;
  private final ControlAdapter adapter;
  private final PromptDescent descent;

  DescentSampling(
      TensorEngine engine,
      ModelProgram program,
      ModelConfig config,
      Tokenizer tokenizer,
      SamplingOptions options,
      Map<String, NDArray> weights,
      ControlAdapter adapter,
      PromptDescent descent) {
    this.engine = engine;
    this.program = program;
    this.config = config;
    this.tokenizer = tokenizer;
    this.options = options;
    this.weights = weights;
    this.adapter = adapter;
    this.descent = descent;
    requireFit(adapter, descent, config);
  }

  /** Refuses a descent that the adapter or the model can't take. */
  static void requireFit(ControlAdapter adapter, PromptDescent descent, ModelConfig config) {
    if (descent.level() >= adapter.levels()) {
      throw new IllegalArgumentException(
          "the soft prompt of level %d is to descend, but the adapter has levels 0 to %d"
              .formatted(descent.level(), adapter.levels() - 1));
    }
    if (descent.head().hiddenSize() != config.hiddenSize()) {
      throw new IllegalArgumentException(
          "the attribute head must read states of width %d, but reads %d"
              .formatted(config.hiddenSize(), descent.head().hiddenSize()));
    }
  }

  List<ControlledCompletion> run(List<int[]> prompts, List<Long> noiseKeys) {
    int room = config.maxPositions() - adapter.bank().vectors();
    List<SpokenRow> rows = SpokenRow.of(prompts, noiseKeys, options.maxNewTokens(), room);
    try (NDManager owner = engine.newOwner()) {
      TokenDraws draws = new TokenDraws(engine, program, config, tokenizer, options, owner, rows);
      MovingPrompts moving =
          engine.compute(
              scope ->
                  new MovingPrompts(
                      engine, program, descent, weights, adapter, owner, rows.size()));
      List<SpokenRow> running = rows;
      while (!running.isEmpty()) {
        running = speak(running, moving, draws);
      }
    }
    return rows.stream().map(SpokenRow::completion).toList();
  }

  /** One more token for every row; those that go on. */
  private List<SpokenRow> speak(List<SpokenRow> rows, MovingPrompts moving, TokenDraws draws) {
    int[] levels = new int[rows.size()];
    Arrays.fill(levels, descent.level());
    engine.computeRecording(
        scope -> {
          MovingPrompts.Descended descended =
              moving.descend(scope, rows.stream().map(SpokenRow::text).toList());
          NDArray drawnFrom =
              program
                  .control()
                  .mixed(scope, descended.moved(), descended.unmoved(), descent.movedWeight());
          return draws.draw(scope, rows, levels, descended.unmoved(), drawnFrom, null);
        });
    long[] kept =
        LongStream.range(0, rows.size()).filter(i -> rows.get((int) i).row().running()).toArray();
    if (kept.length > 0 && kept.length < rows.size()) {
      engine.compute(
          scope -> {
            moving.keep(scope, kept);
            draws.keep(scope, kept);
            return kept;
          });
    }
    return Arrays.stream(kept).mapToObj(i -> rows.get((int) i)).toList();
  }
}
