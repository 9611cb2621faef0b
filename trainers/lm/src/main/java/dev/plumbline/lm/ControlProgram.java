/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.engine.TensorProgram;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tensor program does under control, method by method. Holds nothing of its own;
 * called inside the engine.
 */
record ControlProgram(TensorEngine engine, TensorProgram program) {

  /** Hidden states of the last tokens, sums of those of all text tokens, then the cache. */
  List<NDArray> prefillPooled(
      NDManager owner,
      NDArray ids,
      NDArray vectors,
      NDArray lengths,
      NDArray rows,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    return program.call(
        owner,
        "prefill_pooled",
        new Argument.One(ids),
        new Argument.One(vectors),
        new Argument.One(lengths),
        new Argument.One(rows),
        new Argument.Named(weights),
        new Argument.Named(adapter));
  }

  /** One more token per sequence: hidden states, lengths, sums. */
  List<NDArray> advance(
      NDManager owner,
      NDArray ids,
      NDArray lengths,
      int visible,
      NDArray sums,
      List<NDArray> cache,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    return program.call(
        owner,
        "advance",
        new Argument.One(ids),
        new Argument.One(lengths),
        new Argument.One(engine.onHost(owner, visible)),
        new Argument.One(sums),
        new Argument.Many(cache),
        new Argument.Named(weights),
        new Argument.Named(adapter));
  }

  /** Sums of hidden states as if one more token followed: [rows, tokens, D]. */
  NDArray pooledAhead(
      NDManager owner,
      NDArray ids,
      NDArray lengths,
      int levels,
      NDArray sums,
      List<NDArray> cache,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {
    return program
        .call(
            owner,
            "pooled_ahead",
            new Argument.One(ids),
            new Argument.One(lengths),
            new Argument.One(engine.onHost(owner, levels)),
            new Argument.One(sums),
            new Argument.Many(cache),
            new Argument.Named(weights),
            new Argument.Named(adapter))
        .getFirst();
  }

  /**
   * What rows may say next.
   *
   * @param logits [rows, vocabulary]
   * @param ids of the candidates, by falling probability: [rows, candidates]
   * @param logProbs of the candidates
   */
  record Choices(NDArray logits, NDArray ids, NDArray logProbs) {}

  Choices choices(
      NDManager owner,
      NDArray hidden,
      NDArray chosen,
      int candidates,
      @Nullable NDArray bias,
      Map<String, NDArray> weights) {
    List<NDArray> found =
        program.call(
            owner,
            "choices",
            new Argument.One(hidden),
            new Argument.One(chosen),
            new Argument.One(engine.onHost(owner, candidates)),
            new Argument.One(engine.orEmpty(owner, bias)),
            new Argument.Named(weights));
    return new Choices(found.get(0), found.get(1), found.get(2));
  }

  /**
   * One token per row.
   *
   * @param logProbs of the policy itself
   * @param behaviourLogProbs of what the tokens were drawn from
   * @param seen which tokens each row holds now; empty when nobody asks
   */
  record Drawn(NDArray ids, NDArray logProbs, NDArray behaviourLogProbs, NDArray seen) {}

  /**
   * @param logits of the policy itself
   * @param moved logits to draw from; null for the same
   * @param terms added to what is drawn from; null for none
   */
  Drawn drawControlled(
      NDManager owner,
      NDArray logits,
      @Nullable NDArray moved,
      @Nullable NDArray terms,
      NDArray seen,
      NDArray noise,
      NDArray settings) {
    List<NDArray> drawn =
        program.call(
            owner,
            "draw_controlled",
            new Argument.One(logits),
            new Argument.One(engine.orEmpty(owner, moved)),
            new Argument.One(engine.orEmpty(owner, terms)),
            new Argument.One(seen),
            new Argument.One(noise),
            new Argument.One(settings));
    return new Drawn(drawn.get(0), drawn.get(1), drawn.get(2), drawn.get(3));
  }

  /** Logits of the geometric mean of two distributions. */
  NDArray mixed(NDManager owner, NDArray moved, NDArray unmoved, double movedWeight) {
    return program
        .call(
            owner,
            "mixed",
            new Argument.One(moved),
            new Argument.One(unmoved),
            new Argument.One(engine.onHost(owner, movedWeight)))
        .getFirst();
  }

  /**
   * What moving soft prompts depends on.
   *
   * @param prompts of each row as they are: [rows, m, D]
   * @param start of each row
   * @param ids behind the rows' prompts, padded on the right
   * @param lengths of the rows, their prompts included
   * @param head weight and bias of each layer
   * @param settings steps, step size, weight of the divergence, attribute
   * @param bias added to the logits; null for none
   */
  record DescentArguments(
      NDArray prompts,
      NDArray start,
      NDArray ids,
      NDArray lengths,
      List<NDArray> head,
      NDArray settings,
      @Nullable NDArray bias,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter) {}

  /** Moved prompts, logits under them, logits under the start, log C under the moved prompts. */
  List<NDArray> descend(NDManager owner, DescentArguments arguments) {
    return descent(owner, "descend", arguments);
  }

  /** What descends, per row, and its gradient by the prompts. */
  List<NDArray> descentProbe(NDManager owner, DescentArguments arguments) {
    return descent(owner, "descent_probe", arguments);
  }

  private List<NDArray> descent(NDManager owner, String method, DescentArguments arguments) {
    return program.call(
        owner,
        method,
        new Argument.One(arguments.prompts()),
        new Argument.One(arguments.start()),
        new Argument.One(arguments.ids()),
        new Argument.One(arguments.lengths()),
        new Argument.Many(arguments.head()),
        new Argument.One(arguments.settings()),
        new Argument.One(engine.orEmpty(owner, arguments.bias())),
        new Argument.Named(arguments.weights()),
        new Argument.Named(arguments.adapter()));
  }
}
