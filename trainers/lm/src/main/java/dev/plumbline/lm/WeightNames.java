/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/** Holds a file's tensors against the names and shapes that a model asks for. */
final class WeightNames {
  private static final Set<ElementType> FLOATING =
      EnumSet.of(ElementType.F64, ElementType.F32, ElementType.F16, ElementType.BF16);

  private WeightNames() {}

  /**
   * @param file name, for messages
   * @param ignored names that the file may hold without use
   * @return the tensors asked for, in that order
   */
  static SequencedMap<String, TensorData> select(
      String file,
      SafeTensors content,
      SequencedMap<String, long[]> expected,
      Predicate<String> ignored) {
    SequencedMap<String, TensorData> selected = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> weight : expected.entrySet()) {
      String name = weight.getKey();
      TensorData tensor = content.tensors().get(name);
      if (tensor == null) {
        throw new ModelLoadException(file, "tensor '%s' is missing".formatted(name));
      }
      if (!tensor.hasShape(weight.getValue())) {
        throw new ModelLoadException(
            file,
            "tensor '%s' has shape %s, but the configuration asks for %s"
                .formatted(
                    name, Arrays.toString(tensor.shape()), Arrays.toString(weight.getValue())));
      }
      if (!FLOATING.contains(tensor.type())) {
        throw new ModelLoadException(
            file,
            "tensor '%s' has type %s, but one of %s was expected"
                .formatted(name, tensor.type(), FLOATING));
      }
      selected.put(name, tensor);
    }
    for (String name : content.tensors().keySet()) {
      if (!expected.containsKey(name) && !ignored.test(name)) {
        throw new ModelLoadException(
            file, "tensor '%s' is not part of such a model".formatted(name));
      }
    }
    return selected;
  }
}
