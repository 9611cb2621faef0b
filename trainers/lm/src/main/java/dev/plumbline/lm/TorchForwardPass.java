/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.List;

/** A graph from leaves to log-probabilities, alive as long as its owner {@code kept}. */
final class TorchForwardPass implements ForwardPass {
  private final TensorEngine engine;
  private final NDManager kept;
  private final List<String> names;
  private final List<NDArray> leaves;
  private final NDArray logProbs;
  private final TokenStatistics statistics;
  private boolean consumed;

  TorchForwardPass(
      TensorEngine engine,
      NDManager kept,
      List<String> names,
      List<NDArray> leaves,
      NDArray logProbs,
      TokenStatistics statistics) {
    this.engine = engine;
    this.kept = kept;
    this.names = names;
    this.leaves = leaves;
    this.logProbs = logProbs;
    this.statistics = statistics;
  }

  @Override
  public TokenStatistics statistics() {
    return statistics;
  }

  @Override
  public Gradients pullBack(double[][] logProbDerivatives) {
    double[] cotangent = padded(logProbDerivatives);
    if (consumed) {
      throw new IllegalStateException("a forward pass can be pulled back once, or not after close");
    }
    consumed = true;
    return engine.computeRecording(
        scope -> {
          NDArray derivative = engine.create(scope, cotangent, logProbs.getShape().getShape());
          List<NDArray> gradients =
              engine
                  .learning()
                  .call(
                      scope,
                      "pull_back",
                      new Argument.One(logProbs),
                      new Argument.Many(leaves),
                      new Argument.One(derivative));
          return new Gradients(engine, names, gradients);
        });
  }

  private double[] padded(double[][] derivatives) {
    int rows = statistics.rows().size();
    if (derivatives.length != rows) {
      throw new IllegalArgumentException(
          "derivatives of %d rows expected, but there were %d".formatted(rows, derivatives.length));
    }
    int width = Math.toIntExact(logProbs.getShape().get(1));
    double[] padded = new double[rows * width];
    for (int row = 0; row < rows; row++) {
      int labels = statistics.rows().get(row).labels();
      if (derivatives[row].length != labels) {
        throw new IllegalArgumentException(
            "row %d has %d labels, but %d derivatives"
                .formatted(row, labels, derivatives[row].length));
      }
      System.arraycopy(derivatives[row], 0, padded, row * width, labels);
    }
    return padded;
  }

  @Override
  public void close() {
    consumed = true;
    kept.close();
  }
}
