/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Gradients of a loss, one tensor per parameter, as values: nothing is stored beside the
 * parameters. Owned by whoever received them.
 */
public final class Gradients implements AutoCloseable {
  private final TensorEngine engine;
  private final NDManager owner;
  private final SequencedMap<String, NDArray> tensors;

  /**
   * @param names of the parameters
   * @param arrays one per name; they move to an owner of these gradients' own
   */
  Gradients(TensorEngine engine, List<String> names, List<NDArray> arrays) {
    this.engine = engine;
    this.owner = engine.newOwner();
    this.tensors = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      arrays.get(i).attach(owner);
      tensors.put(names.get(i), arrays.get(i));
    }
  }

  /** Names of the parameters, in the parameters' order. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** A copy of one gradient's values, row-major. */
  public double[] values(String name) {
    NDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no gradient is named '" + name + "'");
    }
    return TensorEngine.values(tensor);
  }

  /**
   * Adds the other gradients, in place: micro-batches of one batch, or another part of the loss,
   * which may be of some of these parameters only. The other stays open.
   */
  public void add(Gradients other) {
    if (!tensors.keySet().containsAll(other.tensors.keySet())) {
      throw new IllegalArgumentException(
          "the gradients are of %s, but gradients of %s, or of some of them, were expected"
              .formatted(other.names(), names()));
    }
    List<NDArray> same = other.tensors.keySet().stream().map(tensors::get).toList();
    engine.compute(
        scope ->
            engine
                .learning()
                .call(scope, "add", new Argument.Many(same), new Argument.Many(other.inOrder())));
  }

  /** Multiplies these gradients, in place. */
  public void scale(double factor) {
    engine.compute(
        scope ->
            engine
                .learning()
                .call(
                    scope,
                    "scale",
                    new Argument.Many(inOrder()),
                    new Argument.One(scope.create(factor))));
  }

  /** Euclidean norm of all gradients together. */
  public double globalNorm() {
    return euclidean(norms());
  }

  /** Euclidean norm of each gradient. */
  double[] norms() {
    return engine.compute(
        scope ->
            TensorEngine.values(
                engine.learning().call(scope, "norms", new Argument.Many(inOrder())).getFirst()));
  }

  static double euclidean(double[] norms) {
    double squares = 0;
    for (double norm : norms) {
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }

  List<NDArray> inOrder() {
    return List.copyOf(tensors.values());
  }

  void requireNames(List<String> names) {
    if (!names().equals(names)) {
      throw new IllegalArgumentException(
          "the gradients are of %s, but gradients of %s were expected".formatted(names(), names));
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
