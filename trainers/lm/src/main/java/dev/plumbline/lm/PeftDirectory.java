/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A LoRA adapter as PEFT keeps it: {@code adapter_config.json}, {@code adapter_model.safetensors},
 * {@code README.md}. The bytes written are a function of the adapter and the texts given, so that
 * they can be content-addressed. Other files are neither read nor written.
 *
 * <p>Beside an adapted embedding PEFT keeps a copy of the base's; it is accepted where it equals
 * the base's and not written, because nothing needs it.
 */
public final class PeftDirectory {
  public static final String CONFIG_FILE = "adapter_config.json";
  public static final String WEIGHTS_FILE = "adapter_model.safetensors";
  public static final String CARD_FILE = "README.md";

  private static final String PICKLE_FILE = "adapter_model.bin";
  private static final String PICKLE_REASON =
      "pickle files can run code when they are read and are not supported; convert with PEFT:"
          + " AutoPeftModelForCausalLM.from_pretrained(DIR).save_pretrained(DIR)";

  private PeftDirectory() {}

  /**
   * @param baseModel {@code base_model_name_or_path}: what a server loads the adapter onto
   * @param modelCard text of {@code README.md}, YAML head included
   * @return file name to bytes, sorted by name
   */
  public static SortedMap<String, byte[]> write(
      LoraAdapter adapter, String baseModel, String modelCard) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CONFIG_FILE, PeftConfig.write(adapter, baseModel));
    files.put(WEIGHTS_FILE, adapter.toSafeTensors());
    files.put(CARD_FILE, modelCard.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /**
   * Reads an adapter for a model.
   *
   * @param files by name
   * @throws ModelLoadException naming the file and the reason when one is missing, broken, not
   *     supported or of another base
   */
  public static LoraAdapter read(CausalLanguageModel model, Map<String, byte[]> files) {
    PeftConfig config = parseConfig(CONFIG_FILE, required(files, CONFIG_FILE));
    if (!files.containsKey(WEIGHTS_FILE) && files.containsKey(PICKLE_FILE)) {
      throw new ModelLoadException(PICKLE_FILE, PICKLE_REASON);
    }
    PeftAdapter.Base base = new PeftAdapter.Base(model.config(), model.weights()::values);
    return LoraAdapter.of(
        model,
        fitted(base, config, CONFIG_FILE, WEIGHTS_FILE, parse(required(files, WEIGHTS_FILE))));
  }

  /** As {@link #read(CausalLanguageModel, Map)}, from a directory's files. */
  public static LoraAdapter read(CausalLanguageModel model, Path directory) {
    return LoraAdapter.of(
        model, read(new PeftAdapter.Base(model.config(), model.weights()::values), directory));
  }

  /** The tensors are views of the file until they are read. */
  static PeftAdapter read(PeftAdapter.Base base, Path directory) {
    Path configFile = directory.resolve(CONFIG_FILE);
    Path weightsFile = directory.resolve(WEIGHTS_FILE);
    PeftConfig config = parseConfig(configFile.toString(), TextFiles.read(configFile));
    Path pickle = directory.resolve(PICKLE_FILE);
    if (!Files.exists(weightsFile) && Files.exists(pickle)) {
      throw new ModelLoadException(pickle.toString(), PICKLE_REASON);
    }
    return fitted(base, config, configFile.toString(), weightsFile.toString(), map(weightsFile));
  }

  /**
   * What the adapter says that it was made for: a name or a path on the machine that made it. That
   * it isn't the name of the model at hand is a reason to warn, not to refuse.
   *
   * @throws ModelLoadException when {@code adapter_config.json} is missing, broken or not supported
   */
  public static Optional<String> baseModel(Path directory) {
    Path file = directory.resolve(CONFIG_FILE);
    return Optional.ofNullable(parseConfig(file.toString(), TextFiles.read(file)).baseModel());
  }

  static SafeTensors parse(byte[] weights) {
    try {
      return SafeTensors.parse(weights);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(WEIGHTS_FILE, e.getMessage(), e);
    }
  }

  private static SafeTensors map(Path file) {
    try {
      return SafeTensors.map(file);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(file.toString(), e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new ModelLoadException(file.toString(), "the file is missing", e);
    } catch (IOException e) {
      throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  private static PeftConfig parseConfig(String file, byte[] bytes) {
    try {
      return PeftConfigReader.read(bytes);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }

  private static PeftAdapter fitted(
      PeftAdapter.Base base,
      PeftConfig config,
      String configFile,
      String weightsFile,
      SafeTensors content) {
    LoraConfig settings;
    try {
      settings = config.on(base.config());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(configFile, e.getMessage(), e);
    }
    return PeftAdapter.of(base, settings, weightsFile, content);
  }

  private static byte[] required(Map<String, byte[]> files, String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new ModelLoadException(name, "the file is missing");
    }
    return bytes;
  }
}
