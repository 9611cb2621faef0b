/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.ModelProgram.SamplingState;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws one completion per prompt. A prompt that several rows continue is read once; the rows then
 * go on together, some steps per call of the tensor program, and a row that has ended leaves the
 * batch between two calls. Used once, inside the engine.
 */
final class Sampling {
  static final int NOISE_STREAM = 0x44726177; // "Draw"
  private static final int STEPS_PER_CALL = 16;

  private final TensorEngine engine;
  private final ModelProgram program;
  private final ModelConfig config;
  private final Endings endings;
  private final SamplingOptions options;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> adapter;
  private final @Nullable NDArray bias;

  Sampling(
      TensorEngine engine,
      ModelProgram program,
      ModelConfig config,
      Tokenizer tokenizer,
      SamplingOptions options,
      Map<String, NDArray> weights,
      Adapter adapter) {
    this.engine = engine;
    this.program = program;
    this.config = config;
    this.endings = new Endings(config.eosTokenIds(), options.stopSequences(), tokenizer);
    this.options = options;
    this.weights = weights;
    this.adapter = Trunks.arguments(adapter);
    this.bias = Trunks.bias(adapter);
  }

  /**
   * @param before positions that are taken before a prompt
   */
  static void requirePrompts(
      List<int[]> prompts, List<Long> noiseKeys, ModelConfig config, int before) {
    if (prompts.isEmpty() || prompts.size() != noiseKeys.size()) {
      throw new IllegalArgumentException(
          "one noise key per prompt and at least one prompt expected, but %d prompts had %d"
              .formatted(prompts.size(), noiseKeys.size()));
    }
    Trunks.requireFits(prompts, config);
    for (int[] prompt : prompts) {
      int longest = config.maxPositions() - before - 1;
      if (prompt.length == 0 || prompt.length > longest) {
        throw new IllegalArgumentException(
            "prompts must have 1 to %d tokens, but there was one of %d"
                .formatted(longest, prompt.length));
      }
    }
  }

  List<SampledCompletion> run(NDManager scope, List<int[]> prompts, List<Long> noiseKeys) {
    List<DrawnRow> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int[] prompt = prompts.get(i);
      int limit = Math.min(options.maxNewTokens(), config.maxPositions() - prompt.length);
      rows.add(new DrawnRow(prompt, noiseKeys.get(i), limit));
    }
    List<DrawnRow> running = rows;
    NDManager owner = scope.newSubManager();
    SamplingState state = prefill(owner, prompts);
    while (!running.isEmpty()) {
      List<DrawnRow> drawing = running;
      int longest = drawing.stream().mapToInt(DrawnRow::tokens).max().orElseThrow();
      int wanted = drawing.stream().mapToInt(row -> row.limit() - row.length()).max().orElseThrow();
      int steps = Math.min(Math.min(wanted, STEPS_PER_CALL), config.maxPositions() - longest);
      NDManager next = scope.newSubManager();
      List<NDArray> drawn = extend(next, state, drawing, longest, steps, wanted > steps);
      record(drawn.get(0).toLongArray(), TensorEngine.values(drawn.get(1)), drawing);
      long[] kept =
          LongStream.range(0, drawing.size()).filter(i -> drawing.get((int) i).running()).toArray();
      running = Arrays.stream(kept).mapToObj(i -> drawing.get((int) i)).toList();
      if (!running.isEmpty()) {
        state = carry(next, drawn, state.cache(), kept, longest + steps + STEPS_PER_CALL);
      }
      owner.close();
      owner = next;
    }
    owner.close();
    return rows.stream()
        .map(row -> new SampledCompletion(row.ids(), row.logProbs(), row.finishReason()))
        .toList();
  }

  /** Reads each different prompt once and spreads what was read over the rows. */
  private SamplingState prefill(NDManager owner, List<int[]> prompts) {
    PaddedPrompts padded = PaddedPrompts.of(prompts);
    int count = prompts.size();
    NDArray prompt = engine.create(owner, padded.ids(), padded.prompts(), padded.width());
    NDArray rows = engine.create(owner, padded.promptOfRow(), count);
    NDArray length = engine.create(owner, padded.lengths(), padded.prompts());
    List<NDArray> state = program.prefill(owner, prompt, length, rows, weights, adapter);
    NDArray seen =
        options.repetitionPenalty() == 1
            ? engine.empty(owner)
            : program
                .rowsOf(
                    owner, List.of(program.seenIn(owner, prompt, config.vocabularySize())), rows)
                .getFirst();
    List<NDArray> cache = state.subList(1, state.size());
    long[] all = LongStream.range(0, count).toArray();
    return new SamplingState(
        state.getFirst(),
        program.rowsOf(owner, List.of(length), rows).getFirst(),
        seen,
        program.resized(
            owner, cache, engine.create(owner, all, count), padded.width() + STEPS_PER_CALL));
  }

  private List<NDArray> extend(
      NDManager owner,
      SamplingState state,
      List<DrawnRow> drawing,
      int longest,
      int steps,
      boolean othersFollow) {
    double[] noise = new double[drawing.size() * steps];
    for (int row = 0; row < drawing.size(); row++) {
      for (int step = 0; step < steps; step++) {
        noise[row * steps + step] =
            CounterNoise.uniform(
                options.seed(),
                NOISE_STREAM,
                drawing.get(row).length() + step,
                drawing.get(row).noiseKey());
      }
    }
    double[] settings = {
      options.temperature(),
      options.topK(),
      options.topP(),
      options.minP(),
      options.repetitionPenalty(),
      longest + 1,
      othersFollow ? 1 : 0
    };
    long[] stops = config.eosTokenIds().stream().mapToLong(Integer::longValue).toArray();
    return program.extend(
        owner,
        state,
        engine.createDouble(owner, noise, drawing.size(), steps),
        engine.create(owner, stops, stops.length),
        engine.onHost(owner, settings),
        bias,
        weights,
        adapter);
  }

  /** Appends what was drawn to the rows, up to where each ends. */
  private void record(long[] ids, double[] logProbs, List<DrawnRow> drawing) {
    int steps = ids.length / drawing.size();
    for (int i = 0; i < drawing.size(); i++) {
      DrawnRow row = drawing.get(i);
      int before = row.length();
      for (int step = 0; step < steps && row.running(); step++) {
        row.append(Math.toIntExact(ids[i * steps + step]), logProbs[i * steps + step], endings);
      }
      row.cutAtStopSequence(before, endings);
    }
  }

  /** The state of the rows that go on, in arrays that outlive the call before. */
  private SamplingState carry(
      NDManager owner, List<NDArray> drawn, List<NDArray> cache, long[] kept, int slots) {
    NDArray rows = engine.create(owner, kept, kept.length);
    NDArray seen = drawn.get(4);
    List<NDArray> perRow = program.rowsOf(owner, List.of(drawn.get(2), drawn.get(3)), rows);
    return new SamplingState(
        perRow.get(0),
        perRow.get(1),
        options.repetitionPenalty() == 1
            ? seen
            : program.rowsOf(owner, List.of(seen), rows).getFirst(),
        program.resized(owner, cache, rows, slots));
  }
}
