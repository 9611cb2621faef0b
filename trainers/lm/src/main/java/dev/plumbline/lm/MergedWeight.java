/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.LinearModule;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.TensorData;
import dev.plumbline.lm.safetensors.TensorSource;

/**
 * A weight with an adapter's changes, computed when it is read: in double precision, rounded once
 * to single where the type asked for is narrower than that, and to that type.
 *
 * @param name in the merged model
 * @param weight of the base
 * @param type of the merged weight
 * @param changes the adapter
 */
record MergedWeight(String name, TensorData weight, ElementType type, PeftAdapter changes)
    implements TensorSource {

  @Override
  public long[] shape() {
    return weight.shape();
  }

  @Override
  public TensorData read() {
    String module = name.substring(0, name.lastIndexOf('.'));
    LinearModule linear = name.endsWith(".weight") ? changes.targets().linear().get(module) : null;
    TensorData merged;
    if (linear != null) {
      merged = rounded(linear(module, linear));
    } else if (changes.targets().embedding().containsKey(module)) {
      merged = rounded(embedding(module));
    } else if (type == weight.type()) {
      return weight;
    } else {
      merged = rounded(weight.toDoubles());
    }
    WeightNames.requireFinite("merged weights of type " + type, name, merged);
    return merged;
  }

  private double[] linear(String module, LinearModule linear) {
    double[] values = weight.toDoubles();
    LoraArithmetic.addProduct(
        values,
        linear,
        values(module + PeftNames.A),
        values(module + PeftNames.B),
        changes.config().factor());
    switch (changes.config().variant()) {
      case LORA -> {}
      case DORA -> LoraArithmetic.normalize(values, linear, values(module + PeftNames.MAGNITUDE));
    }
    return values;
  }

  private double[] embedding(String module) {
    double[] values = weight.toDoubles();
    LoraArithmetic.addToEmbedding(
        values,
        Math.toIntExact(weight.shape()[0]),
        values(module + PeftNames.EMBEDDING_A),
        values(module + PeftNames.EMBEDDING_B),
        changes.config().factor());
    return values;
  }

  private double[] values(String tensor) {
    return changes.tensors().get(PeftNames.PREFIX + tensor).toDoubles();
  }

  private TensorData rounded(double[] values) {
    if (type == ElementType.F64) {
      return TensorData.of(values, weight.shape());
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return TensorData.of(type, floats, weight.shape());
  }
}
