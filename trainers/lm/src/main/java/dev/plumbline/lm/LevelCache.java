/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are spoken under one adapter, each read at every level of its bank at once: keys and
 * values of R * L sequences, the levels of a row one after the other, that all go on with the row's
 * token. So the level may change from token to token, and each is exact.
 *
 * <p>Its arrays end with the owner that it was given; used inside the engine.
 */
final class LevelCache {
  private static final int SLOTS_AT_ONCE = 16;

  private final TensorEngine engine;
  private final ModelProgram program;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> adapter;
  private final PromptBank bank;
  private final NDManager parent;
  private int rows;
  private int longest;
  private int slots;
  private NDManager cacheOwner;
  private List<NDArray> cache;
  private NDManager stateOwner;
  private State state;

  /**
   * What goes on beside the cache, per sequence.
   *
   * @param hidden states of the last tokens
   * @param lengths in tokens, the soft prompt's vectors included
   * @param sums of the hidden states of all tokens, the soft prompt's apart
   */
  private record State(NDArray hidden, NDArray lengths, NDArray sums) {}

  /**
   * Reads texts.
   *
   * @param parent of the arrays; ends them
   */
  LevelCache(
      TensorEngine engine,
      ModelProgram program,
      Map<String, NDArray> weights,
      Adapter adapter,
      NDManager scope,
      NDManager parent,
      List<int[]> texts) {
    this.engine = engine;
    this.program = program;
    this.weights = weights;
    this.adapter = Trunks.arguments(adapter);
    this.bank = Trunks.bank(adapter);
    this.parent = parent;
    this.rows = texts.size();
    this.cacheOwner = parent.newSubManager();
    this.stateOwner = parent.newSubManager();
    PaddedPrompts padded = PaddedPrompts.of(sequences(texts));
    this.longest = padded.width();
    this.slots = longest + SLOTS_AT_ONCE;
    NDArray ids = engine.create(scope, padded.ids(), padded.prompts(), padded.width());
    NDArray vectors = engine.create(scope, vectors(padded), padded.prompts());
    NDArray lengths = engine.create(scope, padded.lengths(), padded.prompts());
    int sequences = rows * bank.levels();
    NDArray prompts = engine.create(scope, padded.promptOfRow(), sequences);
    List<NDArray> read =
        program
            .control()
            .prefillPooled(scope, ids, vectors, lengths, prompts, weights, this.adapter);
    NDArray all = engine.create(scope, LongStream.range(0, sequences).toArray(), sequences);
    this.cache = program.resized(cacheOwner, read.subList(2, read.size()), all, slots);
    NDArray lengthOfRow = program.rowsOf(stateOwner, List.of(lengths), prompts).getFirst();
    read.get(0).attach(stateOwner);
    read.get(1).attach(stateOwner);
    this.state = new State(read.get(0), lengthOfRow, read.get(1));
  }

  private List<int[]> sequences(List<int[]> texts) {
    List<int[]> sequences = new ArrayList<>();
    for (int[] text : texts) {
      for (int level = 0; level < bank.levels(); level++) {
        sequences.add(bank.before(level, text));
      }
    }
    return sequences;
  }

  /** Vectors of a soft prompt that each different sequence begins with. */
  private long[] vectors(PaddedPrompts padded) {
    long[] vectors = new long[padded.prompts()];
    for (int sequence = 0; sequence < padded.promptOfRow().length; sequence++) {
      int prompt = Math.toIntExact(padded.promptOfRow()[sequence]);
      vectors[prompt] = sequence % bank.levels() == 0 ? 0 : bank.vectors();
    }
    return vectors;
  }

  int levels() {
    return bank.levels();
  }

  /**
   * What each row says next at a level.
   *
   * @param levels one per row
   * @param candidates most probable tokens to find
   * @param bias added to the logits; null for none
   */
  ControlProgram.Choices choices(
      NDManager scope, int[] levels, int candidates, @Nullable NDArray bias) {
    long[] chosen =
        IntStream.range(0, rows)
            .mapToLong(row -> (long) row * bank.levels() + levels[row])
            .toArray();
    return program
        .control()
        .choices(
            scope, state.hidden, engine.create(scope, chosen, rows), candidates, bias, weights);
  }

  /** Every row goes on with a token, at all levels. */
  LevelCache advance(NDManager scope, int[] ids) {
    if (longest == slots) {
      slots = longest + SLOTS_AT_ONCE;
      replaceCache(scope, LongStream.range(0, (long) rows * bank.levels()).toArray());
    }
    longest++;
    long[] spread = new long[rows * bank.levels()];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = ids[i / bank.levels()];
    }
    NDManager next = parent.newSubManager();
    List<NDArray> advanced =
        program
            .control()
            .advance(
                next,
                engine.create(scope, spread, spread.length),
                state.lengths,
                longest,
                state.sums,
                cache,
                weights,
                adapter);
    replaceState(next, new State(advanced.get(0), advanced.get(1), advanced.get(2)));
    return this;
  }

  /** Leaves out the other rows. */
  void keep(NDManager scope, int[] kept) {
    rows = kept.length;
    long[] sequences = new long[kept.length * bank.levels()];
    for (int i = 0; i < sequences.length; i++) {
      sequences[i] = (long) kept[i / bank.levels()] * bank.levels() + i % bank.levels();
    }
    replaceCache(scope, sequences);
    NDManager next = parent.newSubManager();
    List<NDArray> selected =
        program.rowsOf(
            next,
            List.of(state.hidden, state.lengths, state.sums),
            engine.create(scope, sequences, sequences.length));
    replaceState(next, new State(selected.get(0), selected.get(1), selected.get(2)));
  }

  private void replaceCache(NDManager scope, long[] sequences) {
    NDManager next = parent.newSubManager();
    NDArray kept = engine.create(scope, sequences, sequences.length);
    cache = program.resized(next, cache, kept, slots);
    cacheOwner.close();
    cacheOwner = next;
  }

  private void replaceState(NDManager owner, State next) {
    stateOwner.close();
    stateOwner = owner;
    state = next;
  }

  /**
   * Per row the mean of the hidden states of its tokens, read without soft prompt.
   *
   * @param tokens of each row
   */
  double[][] pooled(NDManager scope, int[] tokens) {
    double[] sums = TensorEngine.values(unprompted(scope, state.sums));
    int width = sums.length / rows;
    double[][] means = new double[rows][];
    for (int row = 0; row < rows; row++) {
      means[row] = mean(sums, row * width, width, tokens[row]);
    }
    return means;
  }

  /**
   * As {@link #pooled}, as if one more token followed.
   *
   * @param ids per row the tokens that might follow
   */
  double[][][] pooledAfter(NDManager scope, int[] tokens, List<int[]> ids) {
    int ahead = ids.stream().mapToInt(ofRow -> ofRow.length).max().orElseThrow();
    long[] padded = new long[rows * ahead];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < ahead; i++) {
        padded[row * ahead + i] = ids.get(row)[Math.min(i, ids.get(row).length - 1)];
      }
    }
    double[] sums =
        TensorEngine.values(
            program
                .control()
                .pooledAhead(
                    scope,
                    engine.create(scope, padded, rows, ahead),
                    unprompted(scope, state.lengths),
                    bank.levels(),
                    unprompted(scope, state.sums),
                    cache,
                    weights,
                    adapter));
    int width = sums.length / padded.length;
    double[][][] means = new double[rows][][];
    for (int row = 0; row < rows; row++) {
      means[row] = new double[ids.get(row).length][];
      for (int i = 0; i < means[row].length; i++) {
        means[row][i] = mean(sums, (row * ahead + i) * width, width, tokens[row] + 1);
      }
    }
    return means;
  }

  private NDArray unprompted(NDManager scope, NDArray perSequence) {
    long[] sequences = LongStream.range(0, rows).map(row -> row * bank.levels()).toArray();
    return program
        .rowsOf(scope, List.of(perSequence), engine.create(scope, sequences, rows))
        .getFirst();
  }

  private static double[] mean(double[] sums, int from, int width, int tokens) {
    double[] mean = Arrays.copyOfRange(sums, from, from + width);
    for (int i = 0; i < width; i++) {
      mean[i] /= tokens;
    }
    return mean;
  }
}
