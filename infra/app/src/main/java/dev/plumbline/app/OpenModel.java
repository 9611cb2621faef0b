/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model and what is added to it.
 *
 * @param model the model
 * @param adapter that the command was given, or none
 */
record OpenModel(CausalLanguageModel model, Adapter adapter) implements AutoCloseable {

  static OpenModel of(CausalLanguageModel model, @Nullable Path adapter) {
    return new OpenModel(model, adapter == null ? Adapter.none() : read(model, adapter));
  }

  private static LoraAdapter read(CausalLanguageModel model, Path directory) {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE)) {
      Path file = directory.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new ModelLoadException(file.toString(), "the file is missing");
      }
      try {
        files.put(name, Files.readAllBytes(file));
      } catch (IOException e) {
        throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
      }
    }
    return PeftDirectory.read(model, files);
  }

  /**
   * Refuses a row that the model can't take.
   *
   * @param source of the row, for messages
   */
  void requireFits(String source, int[] ids) {
    int longest = model.config().maxPositions();
    if (ids.length > longest) {
      throw new InputException(
          source, "%d tokens, but the model's longest row is %d".formatted(ids.length, longest));
    }
    int vocabulary = model.config().vocabularySize();
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            source, "ids must be in [0, %d), but one was %d".formatted(vocabulary, id));
      }
    }
  }

  /** As {@link #requireFits}, with room for one more token. */
  void requireRoom(String source, int[] ids) {
    requireFits(source, ids);
    int longest = model.config().maxPositions();
    if (ids.length == 0 || ids.length == longest) {
      throw new InputException(
          source,
          "a prompt must have 1 to %d tokens, but had %d".formatted(longest - 1, ids.length));
    }
  }

  @Override
  public void close() {
    switch (adapter) {
      case Adapter.None none -> {}
      case LoraAdapter lora -> lora.close();
    }
    model.close();
  }
}
