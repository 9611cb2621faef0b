/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.HuggingFaceDirectory;
import dev.plumbline.lm.TrainingMemory;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a Hugging Face directory holds; its weights are not read. */
record ModelDescription(HuggingFaceDirectory directory) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ModelDescription read(Path directory) {
    return new ModelDescription(HuggingFaceDirectory.describe(directory));
  }

  int longestRow() {
    return directory.config().maxPositions();
  }

  /**
   * @throws IllegalArgumentException when the model can't be trained so
   */
  ObjectNode toJson(TrainingMemory.Settings settings) {
    ModelConfig config = directory.config();
    ModelFamily family = ModelFamily.of(config);
    ObjectNode json = JSON.createObjectNode();
    json.put("family", family.modelType());
    json.put("architecture", family.architecture());
    ObjectNode sizes = json.putObject("sizes");
    sizes.put("vocab_size", config.vocabularySize());
    sizes.put("hidden_size", config.hiddenSize());
    sizes.put("intermediate_size", config.intermediateSize());
    sizes.put("num_hidden_layers", config.layers());
    sizes.put("num_attention_heads", config.attentionHeads());
    sizes.put("num_key_value_heads", config.keyValueHeads());
    sizes.put("head_dim", config.headDim());
    sizes.put("max_position_embeddings", config.maxPositions());
    sizes.put("tie_word_embeddings", config.tiedEmbeddings());
    putShapes(json.putObject("weights"), family);
    putFiles(json.putObject("files"));
    ObjectNode text = json.putObject("text");
    text.put("bos_token_id", config.bosTokenId());
    config.eosTokenIds().forEach(text.putArray("eos_token_id")::add);
    text.put("chat_template", hasChatTemplate());
    text.put("generation_config", directory.textFiles().containsKey("generation_config.json"));
    putTraining(json, config, settings);
    return json;
  }

  /** Weights that differ only in the number of their block are one line. */
  private void putShapes(ObjectNode json, ModelFamily family) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    family
        .weights()
        .forEach(
            (name, shape) ->
                counts.merge(
                    name.replaceFirst("\\.[0-9]+\\.", ".*.") + " " + Arrays.toString(shape),
                    1,
                    Integer::sum));
    counts.forEach(
        (line, count) -> {
          int end = line.indexOf(' ');
          json.put(
              line.substring(0, end), line.substring(end + 1) + (count > 1 ? " x " + count : ""));
        });
  }

  private void putFiles(ObjectNode json) {
    Map<Path, SortedSet<String>> types = new LinkedHashMap<>();
    directory
        .fileOfWeight()
        .forEach(
            (name, file) -> {
              TensorData tensor = directory.weights().get(name);
              if (tensor != null) {
                types.computeIfAbsent(file, f -> new TreeSet<>()).add(tensor.type().name());
              }
            });
    types.forEach(
        (file, found) -> {
          ObjectNode entry = json.putObject(String.valueOf(file.getFileName()));
          entry.put("dtype", String.join(", ", found));
          entry.put("bytes", size(file));
        });
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": can't be read: " + e, e);
    }
  }

  private boolean hasChatTemplate() {
    if (directory.textFiles().containsKey("chat_template.jinja")) {
      return true;
    }
    byte[] config = directory.textFiles().get("tokenizer_config.json");
    if (config == null) {
      return false;
    }
    try {
      return JSON.readTree(config).hasNonNull("chat_template");
    } catch (IOException e) {
      throw new InputException("tokenizer_config.json", "not valid JSON: " + e.getMessage());
    }
  }

  private static void putTraining(
      ObjectNode json, ModelConfig config, TrainingMemory.Settings settings) {
    TrainingMemory memory = TrainingMemory.of(config, settings);
    ObjectNode parameters = json.putObject("parameters");
    parameters.put("total", TrainingMemory.count(config));
    parameters.put("trained", TrainingMemory.trainedCount(config, settings.trained()));
    ObjectNode bytes = json.putObject("training_memory_bytes");
    bytes.put("weights", memory.weights());
    bytes.put("bfloat16_copies", memory.copies());
    bytes.put("adapter", memory.adapter());
    bytes.put("moments", memory.moments());
    bytes.put("gradients", memory.gradients());
    bytes.put("activations", memory.activations());
    bytes.put("logits", memory.logits());
    bytes.put("clipped_gradients", memory.clipped());
    bytes.put("total", memory.total());
  }
}
