/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores on libtorch, with the way back through the head and what learns below it. */
final class TorchScorePass implements ScorePass {
  private final TensorEngine engine;
  private final ModelProgram program;
  private final NDManager kept;
  private final Activations activations;
  private final TokenPlan plan;
  private final Trunk trunk;
  private final ScalarHead head;
  private final @Nullable NDArray bias;
  private final TokenScores scores;
  private boolean consumed;

  /**
   * @param kept owner of what the way back needs, closed with the pass
   * @param plan with an entry per token
   * @param bias of the adapter that learns, on which no score depends; null for none
   */
  TorchScorePass(
      TensorEngine engine,
      ModelProgram program,
      NDManager kept,
      Activations activations,
      TokenPlan plan,
      Trunk trunk,
      ScalarHead head,
      @Nullable NDArray bias,
      TokenScores scores) {
    this.engine = engine;
    this.program = program;
    this.kept = kept;
    this.activations = activations;
    this.plan = plan;
    this.trunk = trunk;
    this.head = head;
    this.bias = bias;
    this.scores = scores;
  }

  @Override
  public TokenScores scores() {
    return scores;
  }

  @Override
  public Gradients pullBack(double[][] derivatives) {
    double[] perEntry = plan.perEntry(derivatives);
    if (consumed) {
      throw new IllegalStateException("a forward pass can be pulled back once, or not after close");
    }
    consumed = true;
    return engine.computeRecording(
        scope -> {
          List<NDArray> ofHead =
              program.pullBackScores(
                  scope,
                  trunk.hidden(),
                  trunk.batch(),
                  head.weight(),
                  engine.create(scope, perEntry, perEntry.length));
          List<String> names = new ArrayList<>(trunk.names());
          List<NDArray> gradients =
              new ArrayList<>(
                  trunk.pullBack(engine, program, scope, activations, ofHead.getFirst()));
          if (bias != null) {
            names.add(ControlAdapter.OUTPUT_BIAS);
            gradients.add(bias.zerosLike());
          }
          names.addAll(head.parameters().names());
          gradients.add(ofHead.getLast());
          return new Gradients(engine, names, gradients);
        });
  }

  @Override
  public void close() {
    consumed = true;
    kept.close();
  }
}
