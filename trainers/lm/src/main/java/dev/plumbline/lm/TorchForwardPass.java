/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final Trunk trunk;
  private final String headName;
  private final Comparison comparison;
  private final TokenStatistics statistics;
  private boolean consumed;

  /**
   * What statistics compare with.
   *
   * @param other model that is the reference; null when that is the policy's own, or none
   * @param states null when no statistic compares
   */
  record Comparison(@Nullable OtherModel other, ModelProgram.@Nullable ReferenceStates states) {}

  /**
   * @param kept owner of what the way back needs, closed with the pass
   * @param headName of the output matrix
   */
  TorchForwardPass(
      TensorEngine engine,
      ModelProgram program,
      NDManager kept,
      ForwardRequest request,
      TokenPlan plan,
      Trunk trunk,
      String headName,
      Comparison comparison,
      TokenStatistics statistics) {
    this.engine = engine;
    this.program = program;
    this.kept = kept;
    this.request = request;
    this.plan = plan;
    this.trunk = trunk;
    this.headName = headName;
    this.comparison = comparison;
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
    return OtherModel.holding(comparison.other(), () -> pullBack(pulled, perEntry));
  }

  private Gradients pullBack(List<Statistic> pulled, double[] perEntry) {
    consumed = true;
    return engine.computeRecording(
        scope -> {
          List<NDArray> ofHead =
              program.pullBackStatistics(
                  scope,
                  trunk.hidden(),
                  comparison.states(),
                  trunk.batch(),
                  program.options(scope, pulled, request.chunkLabels()),
                  engine.create(scope, perEntry, pulled.size(), plan.entries()),
                  trunk.leaves().containsKey(headName),
                  trunk.weights());
          List<NDArray> gradients =
              trunk.pullBack(engine, program, scope, request.activations(), ofHead.getFirst());
          if (ofHead.size() > 1) {
            NDArray head = gradients.get(List.copyOf(trunk.leaves().keySet()).indexOf(headName));
            engine
                .learning()
                .call(
                    scope,
                    "add",
                    new Argument.Many(List.of(head)),
                    new Argument.Many(List.of(ofHead.get(1))));
          }
          return new Gradients(engine, trunk.names(), gradients);
        });
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
