/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.family.GenerationConfig;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model as its files say it, all checked, before any native memory is taken.
 *
 * @param name for people
 * @param config parsed {@code config.json}
 * @param tokenizerJson bytes of {@code tokenizer.json}
 * @param weights under their Hugging Face names, in the family's order
 * @param identity digests of the files
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes of one file, never compared
record HuggingFaceDirectory(
    String name,
    ModelConfig config,
    byte[] tokenizerJson,
    SequencedMap<String, TensorData> weights,
    ModelIdentity identity) {
  static final String CONFIG_FILE = "config.json";
  static final String GENERATION_CONFIG_FILE = "generation_config.json";
  static final String WEIGHTS_FILE = "model.safetensors";
  static final String TOKENIZER_FILE = "tokenizer.json";

  private static final ObjectMapper JSON = new ObjectMapper();
  // One Java array holds a file.
  private static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;
  private static final double INITIAL_DEVIATION = 0.02;
  private static final int INITIAL_WEIGHTS_STREAM = 0x496E6974; // "Init"

  /**
   * @throws ModelLoadException naming the file and the reason
   */
  static HuggingFaceDirectory read(Path directory) {
    byte[] configJson = bytes(directory, CONFIG_FILE);
    byte[] tokenizerJson = bytes(directory, TOKENIZER_FILE);
    byte[] weightsFile = bytes(directory, WEIGHTS_FILE);
    String path = directory.resolve(WEIGHTS_FILE).toString();
    ModelConfig config = config(directory.resolve(CONFIG_FILE).toString(), configJson);
    SafeTensors content;
    try {
      content = SafeTensors.parse(weightsFile);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(path, e.getMessage(), e);
    }
    SequencedMap<String, TensorData> weights =
        WeightNames.select(
            path, content, ModelFamily.of(config).weights(), HuggingFaceDirectory::isRedundant);
    String name = directory.toAbsolutePath().normalize().getFileName().toString();
    return new HuggingFaceDirectory(
        name,
        config,
        tokenizerJson,
        weights,
        ModelIdentity.of(name, weightsFile, tokenizerJson, configJson));
  }

  static HuggingFaceDirectory initialize(
      String name, ModelConfig config, byte[] tokenizerJson, long seed) {
    ModelFamily family = ModelFamily.of(config);
    SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
    int index = 0;
    for (Map.Entry<String, long[]> weight : family.weights().entrySet()) {
      weights.put(weight.getKey(), initial(weight.getValue(), seed, index));
      index++;
    }
    byte[] weightsFile = weightsFile(weights);
    return new HuggingFaceDirectory(
        name,
        config,
        tokenizerJson.clone(),
        weights,
        ModelIdentity.of(name, weightsFile, tokenizerJson, family.configJson()));
  }

  /** The files of a model with these weights. */
  static SortedMap<String, byte[]> files(
      ModelConfig config, byte[] tokenizerJson, SequencedMap<String, TensorData> weights) {
    ObjectNode generation = JSON.createObjectNode();
    generation.put("bos_token_id", config.bosTokenId());
    generation.put("eos_token_id", config.eosTokenId());
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CONFIG_FILE, ModelFamily.of(config).configJson());
    files.put(
        GENERATION_CONFIG_FILE,
        (generation.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    files.put(TOKENIZER_FILE, tokenizerJson.clone());
    files.put(WEIGHTS_FILE, weightsFile(weights));
    return files;
  }

  private static byte[] weightsFile(Map<String, TensorData> weights) {
    return SafeTensors.of(weights, Map.of("format", "pt")).toBytes();
  }

  private static TensorData initial(long[] shape, long seed, int index) {
    int elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, Math.toIntExact(dimension));
    }
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] =
          shape.length == 1
              ? 1
              : (float)
                  (INITIAL_DEVIATION * CounterNoise.normal(seed, INITIAL_WEIGHTS_STREAM, index, i));
    }
    return TensorData.of(values, shape);
  }

  // Buffers that old checkpoints carry, and the copy of tied embeddings.
  private static boolean isRedundant(String name) {
    return name.endsWith(".rotary_emb.inv_freq") || name.equals("lm_head.weight");
  }

  private static ModelConfig config(String file, byte[] bytes) {
    try {
      return ModelConfig.read(bytes, GenerationConfig.empty());
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path directory, String name) {
    Path file = directory.resolve(name);
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ModelLoadException(
            file.toString(),
            "files of at most %d bytes are supported, but it has %d"
                .formatted(MAX_FILE_BYTES, Files.size(file)));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      boolean sharded = Files.exists(directory.resolve(name + ".index.json"));
      throw new ModelLoadException(
          file.toString(),
          "the file is missing" + (sharded ? " (sharded checkpoints are not supported)" : ""),
          e);
    } catch (IOException e) {
      throw new ModelLoadException(file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }
}
