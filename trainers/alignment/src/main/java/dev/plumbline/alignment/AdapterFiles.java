/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.ControlAdapter;
import dev.plumbline.lm.ControlDirectory;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.TrainedAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a recipe trains, as files: a PEFT directory of LoRA alone, or one of several parts. */
final class AdapterFiles {
  private static final List<String> PEFT =
      List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE);

  private AdapterFiles() {}

  /** A new adapter of a recipe's parts. */
  static TrainedAdapter initialize(CausalLanguageModel model, Recipe recipe) {
    return recipe.isLoraAlone()
        ? LoraAdapter.initialize(model, recipe.lora(model.config()), recipe.seed())
        : ControlAdapter.initialize(model, recipe.control(model.config()), recipe.seed());
  }

  /** Names of the files that an adapter of a recipe's parts is read from. */
  static List<String> names(Recipe recipe) {
    if (recipe.isLoraAlone()) {
      return PEFT;
    }
    Set<TrainedPart> parts = recipe.parts();
    List<String> names = new ArrayList<>(List.of(ControlDirectory.FILE));
    for (int level = 1; level < recipe.promptLevels(); level++) {
      addPeft(names, "prompt-" + level + "/");
    }
    if (parts.contains(TrainedPart.BIAS)) {
      names.add(ControlDirectory.BIAS_FILE);
    }
    if (parts.contains(TrainedPart.LORA)) {
      addPeft(names, ControlDirectory.LORA_FOLDER + "/");
    }
    return List.copyOf(names);
  }

  private static void addPeft(List<String> names, String folder) {
    PEFT.forEach(name -> names.add(folder + name));
  }

  /**
   * @param folder in which they are, with a slash at its end; empty for none
   * @throws ModelLoadException naming the file that is missing, broken or of another model
   */
  static TrainedAdapter read(
      CausalLanguageModel model, Recipe recipe, String folder, Map<String, byte[]> files) {
    Map<String, byte[]> read = new TreeMap<>();
    names(recipe).forEach(name -> read.put(name, file(files, folder + name)));
    return recipe.isLoraAlone()
        ? PeftDirectory.read(model, read)
        : ControlDirectory.read(model, read);
  }

  static SortedMap<String, byte[]> write(TrainedAdapter adapter, String baseModel, String card) {
    return switch (adapter) {
      case LoraAdapter lora -> PeftDirectory.write(lora, baseModel, card);
      case ControlAdapter parts -> ControlDirectory.write(parts, baseModel, card);
    };
  }

  static byte[] file(Map<String, byte[]> files, String name) {
    byte[] content = files.get(name);
    if (content == null) {
      throw new ModelLoadException(name, "missing: learning can't go on without it");
    }
    return content;
  }
}
