/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.LinearModule;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * The modules of a model that an adapter's settings name.
 *
 * @param names as the settings have them; last parts of the paths when these say nothing
 * @param linear adapted linear modules by path, in program order
 * @param embedding shape [V, D] of the token embedding by its path, when it is adapted
 * @param numbers of all linear modules of the family, whatever is adapted
 */
record LoraTargets(
    List<String> names,
    SequencedMap<String, LinearModule> linear,
    SequencedMap<String, long[]> embedding,
    Map<String, Integer> numbers) {

  static LoraTargets of(ModelConfig model, LoraConfig config) {
    ModelFamily family = ModelFamily.of(model);
    List<String> names =
        config.targetModules().isEmpty() ? linearNames(family) : config.targetModules();
    for (String name : names) {
      if (!isNamed(family.embeddingModule(), List.of(name))
          && family.linearModules().keySet().stream()
              .noneMatch(path -> isNamed(path, List.of(name)))) {
        throw new IllegalArgumentException(
            "lora_target_modules must be among %s and '%s', or paths of such modules, but had '%s'"
                .formatted(linearNames(family), lastPart(family.embeddingModule()), name));
      }
    }
    SequencedMap<String, long[]> embeddings = new LinkedHashMap<>();
    if (isNamed(family.embeddingModule(), names)) {
      if (config.variant() == LoraVariant.DORA) {
        throw new IllegalArgumentException(
            "DoRA does not adapt the embedding: lora_target_modules must not have '%s' with it"
                .formatted(lastPart(family.embeddingModule())));
      }
      embeddings.put(
          family.embeddingModule(), family.weights().get(family.embeddingModule() + ".weight"));
    }
    SequencedMap<String, LinearModule> linear = new LinkedHashMap<>();
    Map<String, Integer> numbers = new LinkedHashMap<>();
    family
        .linearModules()
        .forEach(
            (path, module) -> {
              numbers.put(path, numbers.size());
              if (isNamed(path, names)) {
                linear.put(path, module);
              }
            });
    return new LoraTargets(names, linear, embeddings, numbers);
  }

  /** PEFT's rule: a name is a whole path, or what follows a dot in one. */
  static boolean isNamed(String path, List<String> names) {
    return names.stream().anyMatch(name -> path.equals(name) || path.endsWith("." + name));
  }

  int numberOf(String module) {
    return numbers.get(module);
  }

  /** Whether the adapted weights are stored [in, out]. */
  boolean transposed() {
    return linear.values().stream().anyMatch(LinearModule::transposed);
  }

  private static List<String> linearNames(ModelFamily family) {
    TreeSet<String> names = new TreeSet<>();
    family.linearModules().keySet().forEach(path -> names.add(lastPart(path)));
    return List.copyOf(names);
  }

  /** Last part of a module's path: {@code q_proj}. */
  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
