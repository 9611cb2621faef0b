/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import dev.plumbline.lm.family.GenerationConfig;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsWriter;
import dev.plumbline.lm.safetensors.TensorData;
import dev.plumbline.lm.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model as its files say it, all checked, before any native memory is taken. Weights are views of
 * mapped files: their values are read when they are asked for, so the files must stay as they are
 * until the model is loaded.
 *
 * @param name for people: the folder's name
 * @param config parsed {@code config.json}, with the ids that end a completion from {@code
 *     generation_config.json}
 * @param generation parsed {@code generation_config.json}; says nothing when there is none
 * @param textFiles bytes of the files that are not weights, by name
 * @param weights under their Hugging Face names, in the family's order
 * @param fileOfWeight where each weight is; empty when the model is in no file yet
 */
public record HuggingFaceDirectory(
    String name,
    ModelConfig config,
    GenerationConfig generation,
    SortedMap<String, byte[]> textFiles,
    SequencedMap<String, TensorData> weights,
    SequencedMap<String, Path> fileOfWeight) {
  static final String TOKENIZER_FILE = TextFiles.TOKENIZER;

  /** Most bytes of tensors that {@link #write} puts into one file. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  private static final Map<String, String> METADATA = Map.of("format", "pt");
  private static final double INITIAL_DEVIATION = 0.02;
  private static final int INITIAL_WEIGHTS_STREAM = 0x496E6974; // "Init"

  public HuggingFaceDirectory {
    textFiles = Collections.unmodifiableSortedMap(new TreeMap<>(textFiles));
    weights = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(weights));
    fileOfWeight = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fileOfWeight));
  }

  /**
   * Reads a directory and looks at every weight once.
   *
   * @throws ModelLoadException naming the file and the reason when one is missing, broken or not
   *     supported, or a weight is not finite
   */
  public static HuggingFaceDirectory read(Path directory) {
    HuggingFaceDirectory described = describe(directory);
    described.weights.forEach(
        (name, tensor) ->
            WeightNames.requireFinite(
                String.valueOf(described.fileOfWeight.get(name)), name, tensor));
    return described;
  }

  /**
   * As {@link #read}, but of the weights only names, types and shapes are looked at, whatever their
   * size.
   */
  public static HuggingFaceDirectory describe(Path directory) {
    SortedMap<String, byte[]> textFiles = TextFiles.readAll(directory);
    GenerationConfig generation = generation(directory, textFiles);
    ModelConfig config = config(directory, textFiles, generation);
    SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
    SequencedMap<String, Path> fileOfWeight = new LinkedHashMap<>();
    WeightNames.select(WeightFiles.open(directory), ModelFamily.of(config))
        .forEach(
            (name, located) -> {
              weights.put(name, located.tensor());
              fileOfWeight.put(name, located.file());
            });
    String name = directory.toAbsolutePath().normalize().getFileName().toString();
    return new HuggingFaceDirectory(name, config, generation, textFiles, weights, fileOfWeight);
  }

  /** A model that is to be trained: normal(0, 0.02) matrices, norms 1, biases 0. */
  static HuggingFaceDirectory initialize(
      String name, ModelConfig config, byte[] tokenizerJson, long seed) {
    SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
    ModelFamily.of(config)
        .weights()
        .forEach(
            (weight, shape) ->
                weights.put(
                    weight, TensorData.of(initial(weight, shape, seed, weights.size()), shape)));
    return of(name, config, tokenizerJson, weights);
  }

  /** A model that is in no file yet. */
  static HuggingFaceDirectory of(
      String name,
      ModelConfig config,
      byte[] tokenizerJson,
      SequencedMap<String, TensorData> weights) {
    GenerationConfig generation = GenerationConfig.of(config.specialTokens());
    SortedMap<String, byte[]> textFiles = new TreeMap<>();
    textFiles.put(TextFiles.CONFIG, ModelFamily.of(config).configJson());
    textFiles.put(TextFiles.GENERATION_CONFIG, generation.toJson());
    textFiles.put(TextFiles.TOKENIZER, tokenizerJson.clone());
    return new HuggingFaceDirectory(
        name, config, generation, textFiles, weights, new LinkedHashMap<>());
  }

  /** The files of such a model with these weights, of which each fits into a Java array. */
  static SortedMap<String, byte[]> files(
      SortedMap<String, byte[]> textFiles, Map<String, TensorData> weights) {
    SortedMap<String, byte[]> files = withDtype(textFiles, weights);
    files.put(WeightFiles.SINGLE, SafeTensors.of(weights, METADATA).toBytes());
    return files;
  }

  /**
   * Writes a model's directory, one tensor in memory at a time.
   *
   * @param directory exists and has no weights; other files of the same names are replaced
   * @param textFiles the files that are not weights; {@code config.json} gets the first weight's
   *     type
   * @param weights in the order in which shards are filled
   * @param shardBytes most bytes of tensors in one file, for example {@link #SHARD_BYTES}
   */
  public static void write(
      Path directory,
      SortedMap<String, byte[]> textFiles,
      SequencedMap<String, ? extends TensorSource> weights,
      long shardBytes)
      throws IOException {
    SafeTensorsWriter.writeShards(directory, weights, METADATA, shardBytes);
    for (Map.Entry<String, byte[]> file : withDtype(textFiles, weights).entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
  }

  /** Bytes of {@code tokenizer.json}. */
  byte[] tokenizerJson() {
    return textFile(TextFiles.TOKENIZER);
  }

  /** Digests of the files, or of those that would be written. Reads all weights. */
  ModelIdentity identity() {
    return new ModelIdentity(
        fileOfWeight.isEmpty()
            ? Sha256.of(out -> SafeTensorsWriter.write(out, weights, METADATA))
            : Sha256.of(new TreeSet<>(fileOfWeight.values())),
        Sha256.of(tokenizerJson()),
        Sha256.of(textFile(TextFiles.CONFIG)),
        name);
  }

  private byte[] textFile(String file) {
    byte[] bytes = textFiles.get(file);
    if (bytes == null) {
      throw new ModelLoadException(file, "the file is missing");
    }
    return bytes;
  }

  private static SortedMap<String, byte[]> withDtype(
      SortedMap<String, byte[]> textFiles, Map<String, ? extends TensorSource> weights) {
    SortedMap<String, byte[]> files = new TreeMap<>(textFiles);
    ElementType type = weights.values().iterator().next().type();
    files.computeIfPresent(
        TextFiles.CONFIG, (name, json) -> ModelFamily.withDtype(json, WeightNames.dtype(type)));
    return files;
  }

  private static float[] initial(String weight, long[] shape, long seed, int index) {
    float[] values = new float[TensorData.elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          shape.length > 1
              ? (float)
                  (INITIAL_DEVIATION * CounterNoise.normal(seed, INITIAL_WEIGHTS_STREAM, index, i))
              : weight.endsWith(".bias") ? 0 : 1;
    }
    return values;
  }

  private static GenerationConfig generation(Path directory, SortedMap<String, byte[]> textFiles) {
    byte[] json = textFiles.get(TextFiles.GENERATION_CONFIG);
    try {
      return json == null ? GenerationConfig.empty() : GenerationConfig.read(json);
    } catch (IllegalArgumentException e) {
      String file = directory.resolve(TextFiles.GENERATION_CONFIG).toString();
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }

  private static ModelConfig config(
      Path directory, SortedMap<String, byte[]> textFiles, GenerationConfig generation) {
    try {
      return ModelConfig.read(textFiles.get(TextFiles.CONFIG), generation);
    } catch (IllegalArgumentException e) {
      String file = directory.resolve(TextFiles.CONFIG).toString();
      throw new ModelLoadException(file, e.getMessage(), e);
    }
  }
}
