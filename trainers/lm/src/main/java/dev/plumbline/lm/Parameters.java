/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.lm.engine.Argument;
import dev.plumbline.lm.engine.TensorEngine;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Named tensors that an optimizer moves: an adapter's or a model's. The order of the names is fixed
 * and part of the function. Owned by one thread at a time.
 */
public final class Parameters implements AutoCloseable {
  private static final int UPLOADED_AT_ONCE = 1 << 22;

  /** What safetensors files of PyTorch's libraries say of themselves. */
  static final Map<String, String> METADATA = Map.of("format", "pt");

  private final TensorEngine engine;
  private final NDManager owner;
  private final SequencedMap<String, NDArray> tensors;
  private final AtomicLong revision;

  private Parameters(
      TensorEngine engine,
      NDManager owner,
      SequencedMap<String, NDArray> tensors,
      AtomicLong revision) {
    this.engine = engine;
    this.owner = owner;
    this.tensors = tensors;
    this.revision = revision;
  }

  /** Copies values into native memory, converted to the engine's floating-point type. */
  static Parameters of(TensorEngine engine, SequencedMap<String, TensorData> values) {
    NDManager owner = engine.newOwner();
    try {
      SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();
      values.forEach((name, value) -> tensors.put(name, upload(engine, owner, value)));
      return new Parameters(engine, owner, tensors, new AtomicLong());
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** Zeros of the same names and shapes: fresh optimizer state. */
  Parameters zerosLike() {
    NDManager state = engine.newOwner();
    SequencedMap<String, NDArray> zeros = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> zeros.put(name, state.zeros(tensor.getShape(), engine.floatType())));
    return new Parameters(engine, state, zeros, new AtomicLong());
  }

  /** The same values in memory of their own. */
  Parameters copy() {
    Parameters copy = zerosLike();
    copy.moveToward(this, 1);
    return copy;
  }

  /**
   * Moves each value some of the way to the target's, in place: {@code theta <- a target + (1 - a)
   * theta}, the reference's rule in TR-DPO (arXiv 2404.09656). What has reached the target stays
   * there, and a = 1 copies it, bit by bit.
   *
   * @param target of an adapter with the same settings, or of a model of the same shape; a model
   *     that is not this one's must not be in use by another thread either
   * @param fraction a, in [0, 1]
   * @throws IllegalArgumentException when names, shapes or floating-point types differ
   */
  public void moveToward(Parameters target, double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "the fraction of the way must be in [0, 1], but was " + fraction);
    }
    requireLike(target);
    if (revision.equals(target.revision)) {
      // Views of the same values: these are where they go.
      return;
    }
    if (engine == target.engine) {
      move(target, fraction);
    } else {
      target.engine.compute(scope -> move(target, fraction));
    }
  }

  private Parameters move(Parameters target, double fraction) {
    engine.compute(
        scope ->
            engine
                .learning()
                .call(
                    scope,
                    "move",
                    new Argument.Many(inOrder()),
                    new Argument.Many(target.inOrder()),
                    new Argument.One(engine.onHost(scope, fraction))));
    moved();
    return this;
  }

  private void requireLike(Parameters target) {
    if (!names().equals(target.names())) {
      throw new IllegalArgumentException(
          "the target must have the parameters %s, but has %s".formatted(names(), target.names()));
    }
    tensors.forEach(
        (name, tensor) -> {
          NDArray theirs = target.tensor(name);
          if (!tensor.getShape().equals(theirs.getShape())
              || tensor.getDataType() != theirs.getDataType()) {
            throw new IllegalArgumentException(
                "parameter '%s' must be %s %s as here, but is %s %s in the target"
                    .formatted(
                        name,
                        tensor.getDataType(),
                        tensor.getShape(),
                        theirs.getDataType(),
                        theirs.getShape()));
          }
        });
  }

  /** The parameters whose names pass, as a view: they move with these and end with these. */
  Parameters select(Predicate<String> names) {
    SequencedMap<String, NDArray> selected = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (names.test(name)) {
            selected.put(name, tensor);
          }
        });
    return new Parameters(engine, engine.newOwner(), selected, revision);
  }

  /** These and then the others, as a view: it ends with whichever of both is closed first. */
  Parameters and(Parameters others) {
    SequencedMap<String, NDArray> both = new LinkedHashMap<>(tensors);
    both.putAll(others.tensors);
    return new Parameters(engine, engine.newOwner(), both, revision);
  }

  /** Changes whenever the values may have. */
  long revision() {
    return revision.get();
  }

  /** Says that the values have moved. */
  void moved() {
    revision.incrementAndGet();
  }

  /** Piece by piece: Java's heap need not hold a whole tensor. */
  private static NDArray upload(TensorEngine engine, NDManager owner, TensorData value) {
    NDArray tensor = owner.zeros(new Shape(value.shape()), engine.floatType());
    for (int from = 0; from < value.elements(); from += UPLOADED_AT_ONCE) {
      int start = from;
      int count = Math.min(UPLOADED_AT_ONCE, value.elements() - from);
      engine.compute(
          scope -> {
            NDArray piece =
                engine.floatType() == DataType.FLOAT64
                    ? engine.create(scope, value.toDoubles(start, count), count)
                    : engine.create(scope, value.toFloats(start, count), count);
            return engine
                .learning()
                .call(
                    scope,
                    "place",
                    new Argument.One(tensor),
                    new Argument.One(engine.onHost(scope, start)),
                    new Argument.One(piece));
          });
    }
    return tensor;
  }

  /** Names in order. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** Dimensions of one parameter. */
  public long[] shape(String name) {
    return tensor(name).getShape().getShape();
  }

  /** A copy of one parameter's values, row-major. */
  public double[] values(String name) {
    return TensorEngine.values(tensor(name));
  }

  /** Copies of some rows of one parameter [n, d], one after the other. */
  double[] rows(String name, long[] rows) {
    return engine.compute(
        scope ->
            TensorEngine.values(
                engine
                    .learning()
                    .call(
                        scope,
                        "rows",
                        new Argument.One(tensor(name)),
                        new Argument.One(engine.create(scope, rows, rows.length)))
                    .getFirst()));
  }

  /** Number of scalars in all. */
  public long count() {
    return tensors.values().stream().mapToLong(NDArray::size).sum();
  }

  /** All values under their names, in the engine's floating-point type. */
  SequencedMap<String, TensorData> data() {
    SequencedMap<String, TensorData> data = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> data.put(name, download(tensor)));
    return data;
  }

  private static TensorData download(NDArray tensor) {
    long[] shape = tensor.getShape().getShape();
    return tensor.getDataType() == DataType.FLOAT64
        ? TensorData.of(tensor.toDoubleArray(), shape)
        : TensorData.of(tensor.toFloatArray(), shape);
  }

  /** The bytes of a safetensors file of all parameters. */
  byte[] toSafeTensors() {
    return SafeTensors.of(data(), METADATA).toBytes();
  }

  TensorEngine engine() {
    return engine;
  }

  SequencedMap<String, NDArray> tensors() {
    return tensors;
  }

  /** These names over other tensors, given in the same order. */
  SequencedMap<String, NDArray> named(List<NDArray> others) {
    return named(names(), others);
  }

  /** Names over tensors, given in the same order. */
  static SequencedMap<String, NDArray> named(List<String> names, List<NDArray> tensors) {
    SequencedMap<String, NDArray> named = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i), tensors.get(i));
    }
    return named;
  }

  List<NDArray> inOrder() {
    return List.copyOf(tensors.values());
  }

  private NDArray tensor(String name) {
    NDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter is named '" + name + "'");
    }
    return tensor;
  }

  @Override
  public void close() {
    owner.close();
  }
}
