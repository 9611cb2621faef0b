/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Draws one token of each row at a time, and remembers for the repetition penalty which tokens a
 * row holds. Its arrays end with the owner that it was given.
 */
final class TokenDraws {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final SamplingOptions options;
  private final Endings endings;
  private final NDManager owner;
  private NDManager seenOwner;
  private NDArray seen;

  TokenDraws(
      TensorEngine engine,
      ModelProgram program,
      ModelConfig config,
      Tokenizer tokenizer,
      SamplingOptions options,
      NDManager owner,
      List<SpokenRow> rows) {
    this.engine = engine;
    this.program = program;
    this.options = options;
    this.endings = new Endings(config.eosTokenIds(), options.stopSequences(), tokenizer);
    this.owner = owner;
    this.seenOwner = owner.newSubManager();
    this.seen =
        options.repetitionPenalty() == 1
            ? engine.empty(seenOwner)
            : engine.compute(scope -> seenInPrompts(scope, rows, config.vocabularySize()));
  }

  private NDArray seenInPrompts(NDManager scope, List<SpokenRow> rows, int vocabularySize) {
    PaddedPrompts prompts =
        PaddedPrompts.of(rows.stream().map(spoken -> spoken.row().prompt()).toList());
    NDArray ids = engine.create(scope, prompts.ids(), prompts.prompts(), prompts.width());
    NDArray promptOfRow = engine.create(scope, prompts.promptOfRow(), rows.size());
    NDArray inPrompts = program.seenIn(scope, ids, vocabularySize);
    return program.rowsOf(seenOwner, List.of(inPrompts), promptOfRow).getFirst();
  }

  /**
   * Appends a token to every row.
   *
   * @param levels that act, one per row
   * @param logits of the policy itself: [rows, vocabulary]
   * @param moved logits to draw from; null for the same
   * @param terms added to what is drawn from; null for none
   * @return the tokens
   */
  int[] draw(
      NDManager scope,
      List<SpokenRow> rows,
      int[] levels,
      NDArray logits,
      @Nullable NDArray moved,
      @Nullable NDArray terms) {
    NDManager next = owner.newSubManager();
    double[] settings = {
      options.temperature(),
      options.topK(),
      options.topP(),
      options.minP(),
      options.repetitionPenalty()
    };
    ControlProgram.Drawn drawn =
        program
            .control()
            .drawControlled(
                next,
                logits,
                moved,
                terms,
                seen,
                engine.createDouble(scope, noise(rows), rows.size()),
                engine.onHost(scope, settings));
    long[] ids = drawn.ids().toLongArray();
    double[] logProbs = TensorEngine.values(drawn.logProbs());
    double[] behaviourLogProbs = TensorEngine.values(drawn.behaviourLogProbs());
    int[] tokens = new int[ids.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Math.toIntExact(ids[i]);
      rows.get(i).append(tokens[i], levels[i], logProbs[i], behaviourLogProbs[i], endings);
    }
    replaceSeen(next, drawn.seen());
    return tokens;
  }

  private double[] noise(List<SpokenRow> rows) {
    return rows.stream()
        .map(SpokenRow::row)
        .mapToDouble(
            row ->
                CounterNoise.uniform(
                    options.seed(), Sampling.NOISE_STREAM, row.length(), row.noiseKey()))
        .toArray();
  }

  /** Leaves out the other rows. */
  void keep(NDManager scope, long[] kept) {
    if (options.repetitionPenalty() != 1) {
      NDManager next = owner.newSubManager();
      NDArray rows = engine.create(scope, kept, kept.length);
      replaceSeen(next, program.rowsOf(next, List.of(seen), rows).getFirst());
    }
  }

  private void replaceSeen(NDManager next, NDArray nextSeen) {
    seenOwner.close();
    seenOwner = next;
    seen = nextSeen;
  }
}
