/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model's weights as the tensor program reads them when they are not trained: themselves, or
 * copies of another type that are made again after the weights have moved. Owned by the model; used
 * inside the engine.
 */
final class ComputeWeights implements AutoCloseable {
  private final TensorEngine engine;
  private final Parameters weights;
  private final Precision precision;
  private final NDManager owner;
  private final Map<String, NDArray> constants = new LinkedHashMap<>();
  private @Nullable NDManager copies;
  private Map<String, NDArray> current = Map.of();
  private long computed = -1;

  /**
   * @param inverseFrequencies of the rotary position embedding; empty for families without
   */
  ComputeWeights(
      TensorEngine engine, Parameters weights, Precision precision, double[] inverseFrequencies) {
    this.engine = engine;
    this.weights = weights;
    this.precision = precision;
    this.owner = engine.newOwner();
    if (inverseFrequencies.length > 0) {
      constants.put(
          "inverse_frequencies",
          engine.createDouble(owner, inverseFrequencies, inverseFrequencies.length));
    }
  }

  /** Of the weights, not of the copies: changes whenever the values may have. */
  long revision() {
    return weights.revision();
  }

  /** Weights by name, as they are now. */
  Map<String, NDArray> current() {
    if (computed != weights.revision()) {
      computed = weights.revision();
      current = new LinkedHashMap<>(constants);
      switch (precision) {
        case FLOAT32, FLOAT64 -> current.putAll(weights.tensors());
        case BFLOAT16 -> current.putAll(weights.named(halved()));
      }
    }
    return current;
  }

  private List<NDArray> halved() {
    if (copies != null) {
      copies.close();
    }
    NDManager made = engine.newOwner();
    copies = made;
    return engine.learning().call(made, "half", new Argument.Many(weights.inOrder()));
  }

  @Override
  public void close() {
    owner.close();
    if (copies != null) {
      copies.close();
    }
  }
}
