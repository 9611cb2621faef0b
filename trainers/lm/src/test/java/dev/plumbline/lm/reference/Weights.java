/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model and of its adapter as leaves of one tape, and the layers that use them.
 */
final class Weights {
  private final Tape tape;
  private final Layers layers;
  private final Map<String, ReferenceTensor> tensors;
  private final @Nullable ReferenceAdapter adapter;
  private final Map<String, Variable> leaves = new TreeMap<>();

  Weights(Tape tape, Map<String, ReferenceTensor> tensors, @Nullable ReferenceAdapter adapter) {
    this.tape = tape;
    this.layers = new Layers(tape);
    this.tensors = tensors;
    this.adapter = adapter;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  Variable get(String name) {
    Variable replaced = ofAdapter(name);
    if (replaced != null) {
      return replaced;
    }
    ReferenceTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the checkpoint has no weight '" + name + "'");
    }
    return leaf(name, tensor);
  }

  /** x W^T + bias, with W [out, in]. */
  Variable linear(String module, Variable x) {
    return biased(module, tape.times(x, tape.transposed(adapted(module, get(module + ".weight")))));
  }

  /** x W + bias, with W [in, out] as GPT-2 stores it. An adapter sees W^T. */
  Variable conv1d(String module, Variable x) {
    Variable weight = tape.transposed(get(module + ".weight"));
    return biased(module, tape.times(x, tape.transposed(adapted(module, weight))));
  }

  Variable embedding(String module, int[] ids) {
    Variable table = get(module + ".weight");
    Variable a = ofAdapter(module + ".lora_embedding_A");
    if (a != null) {
      Variable b = required(module + ".lora_embedding_B");
      table = tape.plus(table, tape.transposed(product(module, a, b)));
    }
    return tape.rowsAt(table, ids);
  }

  /** Derivatives by name, after the tape was pulled back. */
  Map<String, double[]> gradients() {
    Map<String, double[]> gradients = new TreeMap<>();
    tensors.forEach((name, tensor) -> gradients.put(name, new double[tensor.values().length]));
    leaves.forEach((name, leaf) -> gradients.put(name, leaf.gradient));
    return gradients;
  }

  private Variable biased(String module, Variable y) {
    return has(module + ".bias") ? layers.plusRow(y, get(module + ".bias")) : y;
  }

  private Variable adapted(String module, Variable weight) {
    Variable a = ofAdapter(module + ".lora_A.weight");
    if (a == null) {
      return weight;
    }
    Variable b = required(module + ".lora_B.weight");
    Variable adapted = tape.plus(weight, product(module, a, b));
    Variable magnitude = ofAdapter(module + ".lora_magnitude_vector");
    if (magnitude == null) {
      return adapted;
    }
    Variable constant = tape.detached(adapted);
    Variable norm = tape.map(tape.rowSums(tape.multiply(constant, constant)), Math::sqrt, v -> 0);
    Variable inverse = tape.map(norm, v -> 1 / v, v -> 0);
    return layers.timesColumn(adapted, tape.multiply(tape.transposed(magnitude), inverse));
  }

  private Variable product(String module, Variable a, Variable b) {
    double scaling = adapter == null ? 0 : adapter.scaling(module, a.rows);
    return tape.scale(tape.times(b, a), scaling);
  }

  private Variable required(String name) {
    Variable variable = ofAdapter(name);
    if (variable == null) {
      throw new IllegalArgumentException("the adapter has no weight '" + name + "'");
    }
    return variable;
  }

  private @Nullable Variable ofAdapter(String name) {
    if (adapter == null) {
      return null;
    }
    String key = ReferenceAdapter.PREFIX + name;
    ReferenceTensor tensor = adapter.tensors().get(key);
    return tensor == null ? null : leaf(key, tensor);
  }

  private Variable leaf(String name, ReferenceTensor tensor) {
    return leaves.computeIfAbsent(
        name, n -> tape.leaf(tensor.rows(), tensor.columns(), tensor.values()));
  }
}
