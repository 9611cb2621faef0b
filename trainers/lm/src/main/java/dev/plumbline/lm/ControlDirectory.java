/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A control adapter as files: {@value #FILE}, which names its parts, and those parts. Each soft
 * prompt is a directory of PEFT's prompt tuning, {@code prompt-1} and on by level; the LoRA part is
 * a PEFT directory, {@value #LORA_FOLDER}; the output bias is a tensor of its own, {@value
 * #BIAS_FILE}. PEFT loads any of its directories alone; together they are more than it knows.
 *
 * <p>The bytes written are a function of the adapter and the texts given. Other files are neither
 * read nor written.
 */
public final class ControlDirectory {
  /** Names the parts; no other kind of adapter has it. */
  public static final String FILE = "control.json";

  /** Folder of the LoRA part. */
  public static final String LORA_FOLDER = "lora";

  /** The output bias: tensor {@value ControlAdapter#OUTPUT_BIAS}. */
  public static final String BIAS_FILE = "bias.safetensors";

  private static final String FORMAT = "plumbline-control";
  private static final int FORMAT_VERSION = 1;
  private static final Set<String> KEYS =
      Set.of("format", "format_version", "levels", "lora", "output_bias", "prompt_vectors");

  private ControlDirectory() {}

  /**
   * Which parts there are.
   *
   * @param prompts null for none
   */
  private record Parts(@Nullable SoftPromptConfig prompts, boolean bias, boolean lora) {}

  /** Where files come from. */
  private interface Source {
    /** The file's name, for messages. */
    String label(String name);

    byte[] bytes(String name);

    SafeTensors tensors(String name);
  }

  /**
   * @param baseModel {@code base_model_name_or_path} of the parts
   * @param modelCard text of {@code README.md}, YAML head included
   * @return path to bytes, sorted by path; folders are separated by {@code /}
   */
  public static SortedMap<String, byte[]> write(
      ControlAdapter adapter, String baseModel, String modelCard) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(FILE, json(adapter.config()));
    files.put(PeftDirectory.CARD_FILE, modelCard.getBytes(StandardCharsets.UTF_8));
    Map<String, TensorData> tensors = adapter.parameters().data();
    SoftPromptConfig prompts = adapter.config().prompts();
    for (int level = 1; prompts != null && level < prompts.levels(); level++) {
      TensorData vectors = vectors(tensors, prompts, level);
      files.put(
          promptFile(level, PeftDirectory.CONFIG_FILE),
          PromptTuning.config(adapter.model(), prompts.vectors(), baseModel));
      files.put(promptFile(level, PeftDirectory.WEIGHTS_FILE), file(PromptTuning.TENSOR, vectors));
    }
    LoraAdapter lora = adapter.lora();
    if (lora != null) {
      files.put(
          loraFile(PeftDirectory.CONFIG_FILE),
          PeftConfig.write(lora, baseModel, PeftTask.CAUSAL_LM));
      files.put(loraFile(PeftDirectory.WEIGHTS_FILE), lora.toSafeTensors());
    }
    TensorData bias = tensors.get(ControlAdapter.OUTPUT_BIAS);
    if (bias != null) {
      files.put(BIAS_FILE, file(ControlAdapter.OUTPUT_BIAS, bias));
    }
    return files;
  }

  private static byte[] file(String name, TensorData tensor) {
    return SafeTensors.of(Map.of(name, tensor), Parameters.METADATA).toBytes();
  }

  private static TensorData vectors(
      Map<String, TensorData> tensors, SoftPromptConfig prompts, int level) {
    TensorData all = tensors.get(ControlAdapter.SOFT_PROMPTS);
    int count = all.elements() / prompts.prompts();
    long hiddenSize = all.shape()[2];
    int from = (level - 1) * count;
    return all.type() == ElementType.F64
        ? TensorData.of(all.toDoubles(from, count), prompts.vectors(), hiddenSize)
        : TensorData.of(all.toFloats(from, count), prompts.vectors(), hiddenSize);
  }

  private static String promptFile(int level, String name) {
    return "prompt-" + level + "/" + name;
  }

  private static String loraFile(String name) {
    return LORA_FOLDER + "/" + name;
  }

  private static byte[] json(ControlConfig config) {
    SoftPromptConfig prompts = config.prompts();
    ObjectNode json = PeftJson.JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("format_version", FORMAT_VERSION);
    json.put("levels", config.levels());
    json.put("lora", config.lora() != null);
    json.put("output_bias", config.bias());
    json.put("prompt_vectors", prompts == null ? 0 : prompts.vectors());
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The files that {@link #read(CausalLanguageModel, Map)} needs.
   *
   * @param controlJson content of {@value #FILE}
   * @throws ModelLoadException when that is broken
   */
  public static List<String> filesNeeded(byte[] controlJson) {
    Parts parts = parts(FILE, controlJson);
    List<String> names = new ArrayList<>(List.of(FILE));
    for (int level = 1; parts.prompts() != null && level < parts.prompts().levels(); level++) {
      names.add(promptFile(level, PeftDirectory.CONFIG_FILE));
      names.add(promptFile(level, PeftDirectory.WEIGHTS_FILE));
    }
    if (parts.lora()) {
      names.add(loraFile(PeftDirectory.CONFIG_FILE));
      names.add(loraFile(PeftDirectory.WEIGHTS_FILE));
    }
    if (parts.bias()) {
      names.add(BIAS_FILE);
    }
    return names;
  }

  /**
   * Reads an adapter for a model.
   *
   * @param files by path, folders separated by {@code /}
   * @throws ModelLoadException naming the file and the reason when one is missing, broken, not
   *     supported or of another base
   */
  public static ControlAdapter read(CausalLanguageModel model, Map<String, byte[]> files) {
    return read(
        model,
        new Source() {
          @Override
          public String label(String name) {
            return name;
          }

          @Override
          public byte[] bytes(String name) {
            return PeftDirectory.required(files, name);
          }

          @Override
          public SafeTensors tensors(String name) {
            return PeftDirectory.parse(name, bytes(name));
          }
        });
  }

  /** As {@link #read(CausalLanguageModel, Map)}, from a directory's files. */
  public static ControlAdapter read(CausalLanguageModel model, Path directory) {
    return read(
        model,
        new Source() {
          @Override
          public String label(String name) {
            return directory.resolve(name).toString();
          }

          @Override
          public byte[] bytes(String name) {
            return TextFiles.read(directory.resolve(name));
          }

          @Override
          public SafeTensors tensors(String name) {
            return PeftDirectory.map(directory.resolve(name));
          }
        });
  }

  private static ControlAdapter read(CausalLanguageModel model, Source source) {
    Parts parts = parts(source.label(FILE), source.bytes(FILE));
    SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
    if (parts.prompts() != null) {
      tensors.put(ControlAdapter.SOFT_PROMPTS, prompts(model, parts.prompts(), source));
    }
    LoraConfig lora = null;
    if (parts.lora()) {
      PeftAdapter adapter = lora(model, source);
      tensors.putAll(adapter.tensors());
      lora = adapter.config();
    }
    if (parts.bias()) {
      tensors.put(
          ControlAdapter.OUTPUT_BIAS,
          SingleTensor.of(
              source.label(BIAS_FILE),
              source.tensors(BIAS_FILE),
              ControlAdapter.OUTPUT_BIAS,
              model.config().vocabularySize()));
    }
    return ControlAdapter.of(
        model, new ControlConfig(parts.prompts(), parts.bias(), lora), tensors);
  }

  private static TensorData prompts(
      CausalLanguageModel model, SoftPromptConfig prompts, Source source) {
    int hiddenSize = model.config().hiddenSize();
    int count = prompts.vectors() * hiddenSize;
    double[] all = new double[prompts.prompts() * count];
    for (int level = 1; level < prompts.levels(); level++) {
      String configFile = promptFile(level, PeftDirectory.CONFIG_FILE);
      String weightsFile = promptFile(level, PeftDirectory.WEIGHTS_FILE);
      TensorData vectors =
          PromptTuning.read(
              model.config(),
              source.label(configFile),
              source.bytes(configFile),
              source.label(weightsFile),
              source.tensors(weightsFile));
      if (vectors.elements() != count) {
        throw new ModelLoadException(
            source.label(configFile),
            "num_virtual_tokens must be %d, the prompt_vectors of %s, but was %d"
                .formatted(prompts.vectors(), FILE, vectors.elements() / hiddenSize));
      }
      System.arraycopy(vectors.toDoubles(), 0, all, (level - 1) * count, count);
    }
    return TensorData.of(all, prompts.prompts(), prompts.vectors(), hiddenSize);
  }

  private static PeftAdapter lora(CausalLanguageModel model, Source source) {
    String configFile = loraFile(PeftDirectory.CONFIG_FILE);
    String weightsFile = loraFile(PeftDirectory.WEIGHTS_FILE);
    return PeftDirectory.fitted(
        new PeftAdapter.Base(model.config(), model.weights()::values),
        PeftDirectory.parseConfig(
            source.label(configFile), source.bytes(configFile), PeftTask.CAUSAL_LM),
        source.label(configFile),
        source.label(weightsFile),
        source.tensors(weightsFile));
  }

  private static Parts parts(String file, byte[] bytes) {
    try {
      JsonNode json = PeftJson.parse(bytes);
      PeftJson.requireText(json, "format", FORMAT);
      if (PeftJson.wholeNumber(json, "format_version") != FORMAT_VERSION) {
        throw PeftJson.mustBe(
            "format_version", Integer.toString(FORMAT_VERSION), json.path("format_version"));
      }
      PeftJson.requireKnown(json, KEYS, Set.of());
      int levels = PeftJson.wholeNumber(json, "levels");
      int vectors = PeftJson.wholeNumber(json, "prompt_vectors");
      Parts parts =
          new Parts(
              levels == 1 && vectors == 0 ? null : new SoftPromptConfig(levels, vectors),
              PeftJson.truth(json, "output_bias"),
              PeftJson.truth(json, "lora"));
      if (parts.prompts() == null && !parts.bias() && !parts.lora()) {
        throw new IllegalArgumentException("must name at least one part, but names none: " + json);
      }
      return parts;
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }
}
