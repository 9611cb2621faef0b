/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The soft prompts of rows that each move their own. Its arrays end with the owner that it was
 * given; used inside the engine, recording.
 */
final class MovingPrompts {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final PromptDescent descent;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> adapter;
  private final @Nullable NDArray bias;
  private final PromptBank own;
  private final List<NDArray> head;
  private final NDManager owner;
  private final double[] start;
  private NDManager promptOwner;
  private NDArray prompts;

  MovingPrompts(
      TensorEngine engine,
      ModelProgram program,
      PromptDescent descent,
      Map<String, NDArray> weights,
      ControlAdapter adapter,
      NDManager owner,
      int rows) {
    this.engine = engine;
    this.program = program;
    this.descent = descent;
    this.weights = weights;
    this.adapter = new TreeMap<>(adapter.programArguments());
    this.adapter.remove(ControlAdapter.SOFT_PROMPTS);
    this.bias = adapter.bias();
    this.owner = owner;
    this.head = head(descent.head());
    PromptBank bank = adapter.bank();
    this.own = new PromptBank(bank.firstId(), rows + 1, bank.vectors());
    double[] all = adapter.parameters().values(ControlAdapter.SOFT_PROMPTS);
    int numbers = all.length / (bank.levels() - 1);
    this.start =
        Arrays.copyOfRange(all, (descent.level() - 1) * numbers, descent.level() * numbers);
    this.promptOwner = owner.newSubManager();
    this.prompts = startOf(promptOwner, rows);
  }

  private List<NDArray> head(AttributeHead of) {
    List<NDArray> tensors = new ArrayList<>();
    for (AttributeHead.Layer layer : of.layers()) {
      double[] weight = Arrays.stream(layer.weight()).flatMapToDouble(Arrays::stream).toArray();
      tensors.add(engine.create(owner, weight, layer.out(), layer.in()));
      tensors.add(engine.create(owner, layer.bias(), layer.out()));
    }
    return tensors;
  }

  /** u_0 for each row. */
  private NDArray startOf(NDManager scope, int rows) {
    double[] all = new double[rows * start.length];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(start, 0, all, row * start.length, start.length);
    }
    return engine.create(scope, all, rows, own.vectors(), start.length / own.vectors());
  }

  /**
   * What a descent led to.
   *
   * @param moved logits of the next token under the moved prompts
   * @param unmoved under u_0
   * @param attributeLogProbs log C under the moved prompts
   */
  record Descended(NDArray moved, NDArray unmoved, NDArray attributeLogProbs) {}

  /** Moves the prompt of every row before its next token. */
  Descended descend(NDManager scope, List<int[]> texts) {
    List<NDArray> found = program.control().descend(scope, arguments(scope, texts));
    NDManager next = owner.newSubManager();
    found.getFirst().attach(next);
    replace(next, found.getFirst());
    return new Descended(found.get(1), found.get(2), found.get(3));
  }

  /** What descends, per row, and its gradient by the prompts as they are. */
  List<NDArray> probe(NDManager scope, List<int[]> texts) {
    return program.control().descentProbe(scope, arguments(scope, texts));
  }

  private ControlProgram.DescentArguments arguments(NDManager scope, List<int[]> texts) {
    List<int[]> sequences = new ArrayList<>();
    for (int row = 0; row < texts.size(); row++) {
      sequences.add(own.before(row + 1, texts.get(row)));
    }
    PaddedPrompts padded = PaddedPrompts.of(sequences);
    return new ControlProgram.DescentArguments(
        prompts,
        startOf(scope, texts.size()),
        engine.create(scope, padded.ids(), texts.size(), padded.width()),
        engine.create(scope, padded.lengths(), texts.size()),
        head,
        engine.onHost(
            scope,
            descent.steps(),
            descent.stepSize(),
            descent.divergenceWeight(),
            descent.head().attribute()),
        bias,
        weights,
        adapter);
  }

  /** The prompts as they are: [rows, m, hidden size]. */
  NDArray prompts() {
    return prompts;
  }

  /** Leaves out the other rows. */
  void keep(NDManager scope, long[] kept) {
    NDManager next = owner.newSubManager();
    NDArray rows = engine.create(scope, kept, kept.length);
    replace(next, program.rowsOf(next, List.of(prompts), rows).getFirst());
  }

  private void replace(NDManager next, NDArray moved) {
    promptOwner.close();
    promptOwner = next;
    prompts = moved;
  }
}
