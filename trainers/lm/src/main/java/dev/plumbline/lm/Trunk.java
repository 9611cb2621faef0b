/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of a forward pass from leaves to final hidden states, with its graph or its block
 * inputs, and the way back. Its arrays belong to whoever owns the pass.
 *
 * @param weights what the program reads beside the batch
 * @param adapter what it reads of an adapter; empty for none
 * @param leaves of the graph, by the name that the program knows them under; empty when nothing
 *     below the head learns
 * @param names of the trained parameters, one per leaf
 * @param lowest first block that leads to a leaf, or -1 for the embedding
 * @param hidden final hidden states [N, D]
 * @param blockInputs what the blocks read; empty when the graph is kept
 */
record Trunk(
    ModelProgram.Batch batch,
    Map<String, NDArray> weights,
    Map<String, NDArray> adapter,
    SequencedMap<String, NDArray> leaves,
    List<String> names,
    int lowest,
    NDArray hidden,
    List<NDArray> blockInputs) {

  /**
   * @param derivative of the final hidden states
   * @return a gradient per leaf, in their order
   */
  List<NDArray> pullBack(
      TensorEngine engine,
      ModelProgram program,
      NDManager scope,
      Activations activations,
      NDArray derivative) {
    if (leaves.isEmpty()) {
      return List.of();
    }
    return switch (activations) {
      case KEPT ->
          engine
              .learning()
              .call(
                  scope,
                  "pull_back",
                  new Argument.One(hidden),
                  new Argument.Many(List.copyOf(leaves.values())),
                  new Argument.One(derivative));
      case RECOMPUTED -> {
        SortedMap<String, NDArray> sorted = new TreeMap<>(leaves);
        List<NDArray> gradients =
            program.pullBackBlocks(
                scope, batch, blockInputs, derivative, lowest, sorted, weights, adapter);
        List<String> order = List.copyOf(sorted.keySet());
        yield leaves.keySet().stream()
            .map(name -> gradients.get(Collections.binarySearch(order, name)))
            .toList();
      }
    };
  }
}
