/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.LinearModule;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * The modules of a model that an adapter's settings name.
 *
 * @param names last parts of the targets' paths, sorted
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
    Set<String> linearNames = new TreeSet<>();
    family.linearModules().keySet().forEach(path -> linearNames.add(lastPart(path)));
    String embedding = family.embeddingModule();
    for (String target : config.targetModules()) {
      if (!linearNames.contains(target) && !target.equals(lastPart(embedding))) {
        throw new IllegalArgumentException(
            "lora_target_modules must be among %s and '%s', but had '%s'"
                .formatted(linearNames, lastPart(embedding), target));
      }
    }
    List<String> names =
        config.targetModules().isEmpty() ? List.copyOf(linearNames) : config.targetModules();
    SequencedMap<String, long[]> embeddings = new LinkedHashMap<>();
    if (names.contains(lastPart(embedding))) {
      if (config.variant() == LoraVariant.DORA) {
        throw new IllegalArgumentException(
            "DoRA does not adapt the embedding: lora_target_modules must not have '%s' with it"
                .formatted(lastPart(embedding)));
      }
      embeddings.put(embedding, family.weights().get(embedding + ".weight"));
    }
    SequencedMap<String, LinearModule> linear = new LinkedHashMap<>();
    Map<String, Integer> numbers = new LinkedHashMap<>();
    family
        .linearModules()
        .forEach(
            (path, module) -> {
              numbers.put(path, numbers.size());
              if (names.contains(lastPart(path))) {
                linear.put(path, module);
              }
            });
    return new LoraTargets(new ArrayList<>(names), linear, embeddings, numbers);
  }

  int numberOf(String module) {
    return numbers.get(module);
  }

  /** Last part of a module's path: {@code q_proj}. */
  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
