/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelFamily;
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

/** Holds files' tensors against the names and shapes that a model asks for. */
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
        throw missing(file, name);
      }
      requireFits(file, name, tensor, weight.getValue());
      selected.put(name, tensor);
    }
    for (String name : content.tensors().keySet()) {
      if (!expected.containsKey(name) && !ignored.test(name)) {
        throw superfluous(file, name);
      }
    }
    return selected;
  }

  /**
   * A family's weights from a directory's files, under canonical names and in the family's order.
   * Buffers are left out, and so is an output matrix that repeats the embedding it is tied to.
   */
  static SequencedMap<String, WeightFiles.Located> select(WeightFiles files, ModelFamily family) {
    Map<String, WeightFiles.Located> found = new LinkedHashMap<>();
    files
        .tensors()
        .forEach(
            (nameInFile, located) -> {
              String name = family.canonicalName(nameInFile);
              if (!family.isBuffer(name) && found.putIfAbsent(name, located) != null) {
                throw new ModelLoadException(
                    located.file().toString(),
                    "tensor '%s' is there twice, with and without its prefix".formatted(name));
              }
            });
    SequencedMap<String, WeightFiles.Located> selected = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> weight : family.weights().entrySet()) {
      String name = weight.getKey();
      WeightFiles.Located located = found.remove(name);
      if (located == null) {
        throw missing(files.source().toString(), name);
      }
      requireFits(located.file().toString(), name, located.tensor(), weight.getValue());
      selected.put(name, located);
    }
    found.forEach(
        (name, located) -> {
          String file = located.file().toString();
          if (!name.equals(ModelFamily.HEAD_WEIGHT)) {
            throw superfluous(file, name);
          }
          String tied = family.headWeight();
          requireRepeats(file, located.tensor(), tied, selected.get(tied).tensor());
        });
    return selected;
  }

  static void requireFloating(ElementType type) {
    if (!FLOATING.contains(type)) {
      throw new IllegalArgumentException(
          "weights must be of one of %s, but were %s".formatted(FLOATING, type));
    }
  }

  /** A floating-point type's name in {@code config.json}. */
  static String dtype(ElementType type) {
    return switch (type) {
      case F64 -> "float64";
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException(
              "weights must be of one of %s, but were %s".formatted(FLOATING, type));
    };
  }

  /**
   * Refuses values that no computation survives. Reads the tensor once and copies nothing.
   *
   * @param file name, for messages
   */
  static void requireFinite(String file, String name, TensorData tensor) {
    tensor
        .firstNotFinite()
        .ifPresent(
            index -> {
              throw new ModelLoadException(
                  file,
                  "tensor '%s' must be finite, but was not at index %d of %d"
                      .formatted(name, index, tensor.elements()));
            });
  }

  private static void requireFits(String file, String name, TensorData tensor, long[] shape) {
    if (!tensor.hasShape(shape)) {
      throw new ModelLoadException(
          file,
          "tensor '%s' has shape %s, but the configuration asks for %s"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
    if (!FLOATING.contains(tensor.type())) {
      throw new ModelLoadException(
          file,
          "tensor '%s' has type %s, but one of %s was expected"
              .formatted(name, tensor.type(), FLOATING));
    }
  }

  private static void requireRepeats(String file, TensorData head, String tied, TensorData weight) {
    if (!head.equals(weight)
        && !(head.hasShape(weight.shape())
            && FLOATING.contains(head.type())
            && Arrays.equals(head.toDoubles(), weight.toDoubles()))) {
      throw new ModelLoadException(
          file,
          "tensor '%s' must repeat '%s', as tie_word_embeddings is true, but differs from it"
              .formatted(ModelFamily.HEAD_WEIGHT, tied));
    }
  }

  private static ModelLoadException missing(String file, String name) {
    return new ModelLoadException(file, "tensor '%s' is missing".formatted(name));
  }

  private static ModelLoadException superfluous(String file, String name) {
    return new ModelLoadException(file, "tensor '%s' is not part of such a model".formatted(name));
  }
}
