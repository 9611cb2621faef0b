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
  private final OutputHead head;
  private final Comparison comparison;
  private final TokenStatistics statistics;
  private boolean consumed;

  /**
   * What makes logits of the final hidden states.
   *
   * @param weight name of the output matrix
   * @param bias of the adapter that learns, and then its last parameter; null for none
   */
  record OutputHead(String weight, @Nullable NDArray bias) {}

  /**
   * What statistics compare with.
   *
   * @param other model that is the reference; null when that is the policy's own, or none
   * @param states null when no statistic compares
   */
  record Comparison(@Nullable OtherModel other, ModelProgram.@Nullable ReferenceStates states) {}

  /**
   * @param kept owner of what the way back needs, closed with the pass
   */
  TorchForwardPass(
      TensorEngine engine,
      ModelProgram program,
      NDManager kept,
      ForwardRequest request,
      TokenPlan plan,
      Trunk trunk,
      OutputHead head,
      Comparison comparison,
      TokenStatistics statistics) {
    this.engine = engine;
    this.program = program;
    this.kept = kept;
    this.request = request;
    this.plan = plan;
    this.trunk = trunk;
    this.head = head;
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
          boolean headTrained = trunk.leaves().containsKey(head.weight());
          List<NDArray> found =
              program.pullBackStatistics(
                  scope,
                  trunk.hidden(),
                  head.bias(),
                  comparison.states(),
                  trunk.batch(),
                  program.options(scope, pulled, request.chunkLabels()),
                  engine.create(scope, perEntry, pulled.size(), plan.entries()),
                  headTrained,
                  trunk.weights());
          List<String> names = new ArrayList<>(trunk.names());
          List<NDArray> gradients =
              new ArrayList<>(
                  trunk.pullBack(engine, program, scope, request.activations(), found.getFirst()));
          if (headTrained) {
            NDArray weight =
                gradients.get(List.copyOf(trunk.leaves().keySet()).indexOf(head.weight()));
            engine
                .learning()
                .call(
                    scope,
                    "add",
                    new Argument.Many(List.of(weight)),
                    new Argument.Many(List.of(found.get(1))));
          }
          if (head.bias() != null) {
            names.add(ControlAdapter.OUTPUT_BIAS);
            gradients.add(found.getLast());
          }
          return new Gradients(engine, names, gradients);
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
