/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass on libtorch, in two halves: from leaves to final hidden states, whose graph (or
 * whose block inputs) it keeps, and from hidden states to statistics, which are made again chunk by
 * chunk when it is pulled back.
 */
final class TorchForwardPass implements ForwardPass {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final NDManager kept;
  private final ForwardRequest request;
  private final TokenPlan plan;
  private final Inputs inputs;
  private final Trunk trunk;
  private final TokenStatistics statistics;
  private boolean consumed;

  /**
   * What went in.
   *
   * @param leaves of the graph, by the name that the program knows them under
   * @param names of the trained parameters, one per leaf
   * @param headName of the output matrix
   * @param lowest first block that leads to a leaf, or -1 for the embedding
   * @param other model that is the reference; null when that is the policy's own, or none
   */
  record Inputs(
      ModelProgram.Batch batch,
      Map<String, NDArray> weights,
      Map<String, NDArray> adapter,
      SequencedMap<String, NDArray> leaves,
      List<String> names,
      String headName,
      int lowest,
      @Nullable OtherModel other) {}

  /**
   * What came out of the blocks.
   *
   * @param hidden final hidden states
   * @param blockInputs what the blocks read; empty when the graph is kept
   * @param reference null when no statistic compares
   */
  record Trunk(
      NDArray hidden,
      List<NDArray> blockInputs,
      ModelProgram.@Nullable ReferenceStates reference) {}

  TorchForwardPass(
      TensorEngine engine,
      ModelProgram program,
      NDManager kept,
      ForwardRequest request,
      TokenPlan plan,
      Inputs inputs,
      Trunk trunk,
      TokenStatistics statistics) {
    this.engine = engine;
    this.program = program;
    this.kept = kept;
    this.request = request;
    this.plan = plan;
    this.inputs = inputs;
    this.trunk = trunk;
    this.statistics = statistics;
  }

  @Override
  public TokenStatistics statistics() {
    return statistics;
  }

  @Override
  public Gradients pullBack(Map<Statistic, double[][]> derivatives) {
    List<Statistic> pulled = derivatives.keySet().stream().sorted().toList();
    double[] perEntry = perEntry(pulled, derivatives);
    if (consumed) {
      throw new IllegalStateException("a forward pass can be pulled back once, or not after close");
    }
    return OtherModel.holding(inputs.other(), () -> pullBack(pulled, perEntry));
  }

  private Gradients pullBack(List<Statistic> pulled, double[] perEntry) {
    consumed = true;
    return engine.computeRecording(
        scope -> {
          List<NDArray> ofHead =
              program.pullBackStatistics(
                  scope,
                  trunk.hidden(),
                  trunk.reference(),
                  inputs.batch(),
                  program.options(scope, pulled, request.chunkLabels()),
                  engine.create(scope, perEntry, pulled.size(), plan.entries()),
                  inputs.leaves().containsKey(inputs.headName()),
                  inputs.weights());
          List<NDArray> gradients = pullBackTrunk(scope, ofHead.getFirst());
          if (ofHead.size() > 1) {
            NDArray head =
                gradients.get(List.copyOf(inputs.leaves().keySet()).indexOf(inputs.headName()));
            engine
                .learning()
                .call(
                    scope,
                    "add",
                    new Argument.Many(List.of(head)),
                    new Argument.Many(List.of(ofHead.get(1))));
          }
          return new Gradients(engine, inputs.names(), gradients);
        });
  }

  private List<NDArray> pullBackTrunk(NDManager scope, NDArray derivative) {
    return switch (request.activations()) {
      case KEPT ->
          engine
              .learning()
              .call(
                  scope,
                  "pull_back",
                  new Argument.One(trunk.hidden()),
                  new Argument.Many(List.copyOf(inputs.leaves().values())),
                  new Argument.One(derivative));
      case RECOMPUTED -> {
        SortedMap<String, NDArray> sorted = new TreeMap<>(inputs.leaves());
        List<NDArray> gradients =
            program.pullBackBlocks(
                scope,
                inputs.batch(),
                trunk.blockInputs(),
                derivative,
                inputs.lowest(),
                sorted,
                inputs.weights(),
                inputs.adapter());
        List<String> order = List.copyOf(sorted.keySet());
        yield inputs.leaves().keySet().stream()
            .map(name -> gradients.get(Collections.binarySearch(order, name)))
            .toList();
      }
    };
  }

  private double[] perEntry(List<Statistic> pulled, Map<Statistic, double[][]> derivatives) {
    if (pulled.isEmpty()) {
      throw new IllegalArgumentException("derivatives of at least one statistic expected");
    }
    List<double[]> parts = new ArrayList<>();
    for (Statistic statistic : pulled) {
      if (!request.statistics().contains(statistic) || !statistic.hasDerivative()) {
        throw new IllegalArgumentException(
            "%s %s; asked for were %s"
                .formatted(
                    statistic,
                    statistic.hasDerivative() ? "was not asked for" : "has no derivative",
                    request.statistics()));
      }
      parts.add(plan.perEntry(derivatives.get(statistic)));
    }
    double[] joined = new double[pulled.size() * plan.entries()];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, joined, i * plan.entries(), plan.entries());
    }
    return joined;
  }

  @Override
  public void close() {
    consumed = true;
    kept.close();
  }
}
