/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An adapter as its files say it, held against the model that it is for, before any native memory
 * is taken.
 *
 * @param config settings, target modules spelled out
 * @param targets the modules
 * @param tensors under PEFT's names, in program order
 */
record PeftAdapter(
    LoraConfig config, LoraTargets targets, SequencedMap<String, TensorData> tensors) {
  private static final int DIFFERENCES_NAMED = 3;

  /**
   * What an adapter is held against.
   *
   * @param values of a weight by its name, row-major
   */
  record Base(ModelConfig config, Function<String, double[]> values) {}

  /**
   * @param config whose target modules the model has
   * @param file name, for messages
   * @throws ModelLoadException naming what doesn't fit
   */
  static PeftAdapter of(Base base, LoraConfig config, String file, SafeTensors content) {
    LoraTargets targets = LoraTargets.of(base.config, config);
    SequencedMap<String, long[]> shapes = PeftNames.shapes(targets, config);
    SortedMap<String, TensorData> found = new TreeMap<>();
    content
        .tensors()
        .forEach(
            (nameInFile, tensor) -> {
              String name = canonicalName(nameInFile);
              if (shapes.containsKey(name) || !repeatsBase(base, file, nameInFile, tensor)) {
                if (found.put(name, tensor) != null) {
                  throw new ModelLoadException(
                      file, "tensor '%s' is there under two names".formatted(name));
                }
              }
            });
    requireFit(base, file, shapes, found);
    SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
    for (String name : shapes.keySet()) {
      TensorData tensor = found.get(name);
      requireFloating(file, name, tensor);
      WeightNames.requireFinite(file, name, tensor);
      tensors.put(name, tensor);
    }
    return new PeftAdapter(config.targeting(targets.names()), targets, tensors);
  }

  /** DoRA's magnitudes have two names, as a parameter and as a module's. */
  private static String canonicalName(String nameInFile) {
    return nameInFile.endsWith(PeftNames.MAGNITUDE + ".weight")
        ? nameInFile.substring(0, nameInFile.length() - ".weight".length())
        : nameInFile;
  }

  /**
   * Whether a tensor is one of the base's own weights, as PEFT adds them where embeddings are
   * adapted. One that differs would replace the base's, which nothing here does.
   */
  private static boolean repeatsBase(Base base, String file, String nameInFile, TensorData tensor) {
    if (!nameInFile.startsWith(PeftNames.PREFIX)) {
      return false;
    }
    ModelFamily family = ModelFamily.of(base.config);
    String name = nameInFile.substring(PeftNames.PREFIX.length()).replace(".base_layer.", ".");
    String weight = name.equals(ModelFamily.HEAD_WEIGHT) ? family.headWeight() : name;
    long[] shape = family.weights().get(weight);
    if (shape == null) {
      return false;
    }
    requireFloating(file, nameInFile, tensor);
    if (!tensor.hasShape(shape) || !Arrays.equals(tensor.toDoubles(), base.values.apply(weight))) {
      throw new ModelLoadException(
          file,
          "tensor '%s' must repeat the base's '%s', but differs from it: replaced weights are not supported"
              .formatted(nameInFile, weight));
    }
    return true;
  }

  private static void requireFit(
      Base base,
      String file,
      SequencedMap<String, long[]> shapes,
      SortedMap<String, TensorData> found) {
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, long[]> expected : shapes.entrySet()) {
      TensorData tensor = found.get(expected.getKey());
      if (tensor == null) {
        differences.add("tensor '%s' is missing".formatted(expected.getKey()));
      } else if (!tensor.hasShape(expected.getValue())) {
        differences.add(
            "tensor '%s' has shape %s instead of %s"
                .formatted(
                    expected.getKey(),
                    Arrays.toString(tensor.shape()),
                    Arrays.toString(expected.getValue())));
      }
    }
    for (String name : found.keySet()) {
      if (!shapes.containsKey(name)) {
        differences.add("tensor '%s' is of no target module".formatted(name));
      }
    }
    if (!differences.isEmpty()) {
      int more = differences.size() - DIFFERENCES_NAMED;
      throw new ModelLoadException(
          file,
          "does not fit %s and this %s model of %d layers: %s%s"
              .formatted(
                  PeftDirectory.CONFIG_FILE,
                  ModelFamily.of(base.config).modelType(),
                  base.config.layers(),
                  String.join("; ", differences.stream().limit(DIFFERENCES_NAMED).toList()),
                  more > 0 ? "; and %d more".formatted(more) : ""));
    }
  }

  private static void requireFloating(String file, String name, TensorData tensor) {
    try {
      WeightNames.dtype(tensor.type());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, "tensor '%s': %s".formatted(name, e.getMessage()), e);
    }
  }
}
