/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.Arrays;

/** A safetensors file that holds one tensor of a known shape. */
final class SingleTensor {
  private SingleTensor() {}

  /**
   * @param file name, for messages
   * @throws ModelLoadException when it isn't that tensor alone, in a type that is read, and finite
   */
  static TensorData of(String file, SafeTensors content, String name, long... shape) {
    TensorData tensor = content.tensors().get(name);
    if (tensor == null || !tensor.hasShape(shape) || content.tensors().size() > 1) {
      throw new ModelLoadException(
          file,
          "must hold tensor '%s' of shape %s alone, but has %s"
              .formatted(name, Arrays.toString(shape), content.tensors()));
    }
    try {
      WeightNames.dtype(tensor.type());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, "tensor '%s': %s".formatted(name, e.getMessage()), e);
    }
    WeightNames.requireFinite(file, name, tensor);
    return tensor;
  }
}
