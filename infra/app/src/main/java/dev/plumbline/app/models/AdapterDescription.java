/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.ModelLoadException;
import dev.plumbline.lm.PeftDirectory;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.SafeTensorsException;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a PEFT directory says of itself. Whether it fits a model, only loading it tells.
 *
 * @param config content of {@code adapter_config.json}
 * @param weights mapped {@code adapter_model.safetensors}
 * @param bytes of the weights' file
 */
record AdapterDescription(JsonNode config, SafeTensors weights, long bytes) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SETTINGS =
      List.of(
          "peft_type",
          "base_model_name_or_path",
          "r",
          "lora_alpha",
          "lora_dropout",
          "use_rslora",
          "use_dora",
          "target_modules");

  /**
   * @throws ModelLoadException naming the file and the reason
   */
  static AdapterDescription read(Path directory) {
    Path configFile = directory.resolve(PeftDirectory.CONFIG_FILE);
    Path weightsFile = directory.resolve(PeftDirectory.WEIGHTS_FILE);
    if (!Files.isRegularFile(weightsFile)) {
      throw new ModelLoadException(weightsFile.toString(), "the file is missing");
    }
    try {
      return new AdapterDescription(
          JSON.readTree(Files.readAllBytes(configFile)),
          SafeTensors.map(weightsFile),
          Files.size(weightsFile));
    } catch (JsonProcessingException e) {
      throw new ModelLoadException(
          configFile.toString(), "not valid JSON: " + e.getOriginalMessage(), e);
    } catch (SafeTensorsException e) {
      throw new ModelLoadException(weightsFile.toString(), e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelLoadException(directory.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode adapter = json.putObject("adapter");
    for (String setting : SETTINGS) {
      if (config.hasNonNull(setting)) {
        adapter.set(setting, config.get(setting));
      }
    }
    SortedSet<String> types = new TreeSet<>();
    long parameters = 0;
    for (TensorData tensor : weights.tensors().values()) {
      types.add(tensor.type().name());
      parameters += tensor.elements();
    }
    json.putObject("parameters").put("adapter", parameters);
    json.putObject("files")
        .putObject(PeftDirectory.WEIGHTS_FILE)
        .put("dtype", String.join(", ", types))
        .put("tensors", weights.tensors().size())
        .put("bytes", bytes);
    return json;
  }
}
