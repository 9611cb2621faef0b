/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
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

  private static final String HEAD_WEIGHT = PeftNames.PREFIX + ScalarHead.WEIGHT;
  private static final String PICKLE_FILE = "adapter_model.bin";
  private static final String PICKLE_REASON =
      "pickle files can run code when they are read and are not supported; convert with PEFT:"
          + " AutoPeftModelForCausalLM.from_pretrained(DIR).save_pretrained(DIR)";

  private static final String CONTROL_REASON =
      "soft prompts and an output bias are more than LoRA: a control adapter can't be read as LoRA"
          + " or merged into a model; its LoRA part alone, if it has one, is in the folder '%s'"
              .formatted(ControlDirectory.LORA_FOLDER);

  private PeftDirectory() {}

  /**
   * @param baseModel {@code base_model_name_or_path}: what a server loads the adapter onto
   * @param modelCard text of {@code README.md}, YAML head included
   * @return file name to bytes, sorted by name
   */
  public static SortedMap<String, byte[]> write(
      LoraAdapter adapter, String baseModel, String modelCard) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CONFIG_FILE, PeftConfig.write(adapter, baseModel, PeftTask.CAUSAL_LM));
    files.put(WEIGHTS_FILE, adapter.toSafeTensors());
    files.put(CARD_FILE, modelCard.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /**
   * As {@link #write(LoraAdapter, String, String)} for a model that scores: task {@code SEQ_CLS},
   * the head among {@code modules_to_save}.
   */
  public static SortedMap<String, byte[]> write(
      LoraAdapter adapter, ScalarHead head, String baseModel, String modelCard) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CONFIG_FILE, PeftConfig.write(adapter, baseModel, PeftTask.SEQ_CLS));
    Map<String, TensorData> tensors = new TreeMap<>(adapter.parameters().data());
    tensors.put(HEAD_WEIGHT, head.data());
    files.put(WEIGHTS_FILE, SafeTensors.of(tensors, Parameters.METADATA).toBytes());
    files.put(CARD_FILE, modelCard.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  /**
   * Reads an adapter and the head that was saved with it.
   *
   * @throws ModelLoadException as {@link #read(CausalLanguageModel, Map)}
   */
  public static AdapterWithHead readWithHead(CausalLanguageModel model, Path directory) {
    Path configFile = directory.resolve(CONFIG_FILE);
    Path weightsFile = directory.resolve(WEIGHTS_FILE);
    return withHead(
        model,
        parseConfig(configFile.toString(), TextFiles.read(configFile), PeftTask.SEQ_CLS),
        configFile.toString(),
        weightsFile.toString(),
        map(weightsFile));
  }

  /** As {@link #readWithHead(CausalLanguageModel, Path)}, from files by name. */
  public static AdapterWithHead readWithHead(CausalLanguageModel model, Map<String, byte[]> files) {
    return withHead(
        model,
        parseConfig(CONFIG_FILE, required(files, CONFIG_FILE), PeftTask.SEQ_CLS),
        CONFIG_FILE,
        WEIGHTS_FILE,
        parse(required(files, WEIGHTS_FILE)));
  }

  private static AdapterWithHead withHead(
      CausalLanguageModel model,
      PeftConfig config,
      String configFile,
      String weightsFile,
      SafeTensors content) {
    Map<String, TensorData> tensors = new TreeMap<>(content.tensors());
    tensors.remove(HEAD_WEIGHT);
    PeftAdapter adapter =
        fitted(
            new PeftAdapter.Base(model.config(), model.weights()::values),
            config,
            configFile,
            weightsFile,
            SafeTensors.of(tensors, content.metadata()));
    ScalarHead head = ScalarHead.of(model, weightsFile, HEAD_WEIGHT, content.tensors());
    return new AdapterWithHead(LoraAdapter.of(model, adapter), head);
  }

  /**
   * Reads an adapter for a model.
   *
   * @param files by name
   * @throws ModelLoadException naming the file and the reason when one is missing, broken, not
   *     supported or of another base
   */
  public static LoraAdapter read(CausalLanguageModel model, Map<String, byte[]> files) {
    if (files.containsKey(ControlDirectory.FILE)) {
      throw new ModelLoadException(ControlDirectory.FILE, CONTROL_REASON);
    }
    PeftConfig config = parseConfig(CONFIG_FILE, required(files, CONFIG_FILE), PeftTask.CAUSAL_LM);
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
    requireLora(directory);
    Path configFile = directory.resolve(CONFIG_FILE);
    Path weightsFile = directory.resolve(WEIGHTS_FILE);
    PeftConfig config =
        parseConfig(configFile.toString(), TextFiles.read(configFile), PeftTask.CAUSAL_LM);
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
    requireLora(directory);
    Path file = directory.resolve(CONFIG_FILE);
    return Optional.ofNullable(
        parseConfig(file.toString(), TextFiles.read(file), PeftTask.CAUSAL_LM).baseModel());
  }

  private static void requireLora(Path directory) {
    Path control = directory.resolve(ControlDirectory.FILE);
    if (Files.exists(control)) {
      throw new ModelLoadException(control.toString(), CONTROL_REASON);
    }
  }

  static SafeTensors parse(byte[] weights) {
    return parse(WEIGHTS_FILE, weights);
  }

  static SafeTensors parse(String file, byte[] weights) {
    try {
      return SafeTensors.parse(weights);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }

  static SafeTensors map(Path file) {
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

  static PeftConfig parseConfig(String file, byte[] bytes, PeftTask task) {
    try {
      return PeftConfigReader.read(bytes, task);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }

  static PeftAdapter fitted(
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

  static byte[] required(Map<String, byte[]> files, String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new ModelLoadException(name, "the file is missing");
    }
    return bytes;
  }
}
