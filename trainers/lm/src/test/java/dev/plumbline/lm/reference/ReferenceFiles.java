/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Trusting readers of checkpoints and adapters: what they don't know, they don't notice. */
final class ReferenceFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReferenceFiles() {}

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From a {@code config.json} of transformers version 4 or 5. */
  static Architecture architecture(JsonNode config) {
    if (config.path("model_type").asText().equals("gpt2")) {
      return new Architecture.Gpt2(
          config.path("n_layer").asInt(),
          config.path("n_head").asInt(),
          config.path("layer_norm_epsilon").asDouble(),
          config.path("scale_attn_weights").asBoolean(true),
          config.path("scale_attn_by_inverse_layer_idx").asBoolean(false));
    }
    int heads = config.path("num_attention_heads").asInt();
    boolean windowed = config.path("use_sliding_window").asBoolean(true);
    JsonNode window = config.path("sliding_window");
    JsonNode rope =
        config.hasNonNull("rope_parameters")
            ? config.path("rope_parameters")
            : config.path("rope_scaling");
    double theta = rope.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10_000));
    return new Architecture.Llama(
        config.path("num_hidden_layers").asInt(),
        heads,
        config.path("num_key_value_heads").asInt(heads),
        config.path("head_dim").asInt(config.path("hidden_size").asInt() / heads),
        config.path("rms_norm_eps").asDouble(),
        theta,
        scaling(rope, config.path("max_position_embeddings").asInt()),
        RotaryLayout.HALF_SPLIT,
        windowed && window.isInt() ? (Integer) window.asInt() : null);
  }

  private static RotaryScaling scaling(JsonNode rope, int maxPositions) {
    double factor = rope.path("factor").asDouble();
    int original = rope.path("original_max_position_embeddings").asInt(maxPositions);
    String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
    return switch (type) {
      case "default" -> new RotaryScaling.None();
      case "linear" -> new RotaryScaling.Linear(factor);
      case "dynamic" -> new RotaryScaling.Dynamic(factor, maxPositions);
      case "llama3" ->
          new RotaryScaling.Llama3(
              factor,
              rope.path("low_freq_factor").asDouble(),
              rope.path("high_freq_factor").asDouble(),
              original);
      case "yarn" ->
          new RotaryScaling.Yarn(
              factor,
              original,
              rope.path("beta_fast").asDouble(32),
              rope.path("beta_slow").asDouble(1),
              rope.path("attention_factor").asDouble(0.1 * Math.log(factor) + 1));
      default -> throw new IllegalArgumentException("no rotary scaling of type '" + type + "'");
    };
  }

  /** All safetensors of a directory; the bare names of GPT-2's hub file get their prefix. */
  static Map<String, ReferenceTensor> weights(Path directory) {
    Map<String, ReferenceTensor> weights = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.safetensors")) {
      for (Path file : files) {
        weights.putAll(safetensors(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!weights.containsKey("wte.weight")) {
      return weights;
    }
    Map<String, ReferenceTensor> prefixed = new TreeMap<>();
    weights.forEach((name, tensor) -> prefixed.put("transformer." + name, tensor));
    prefixed.keySet().removeIf(name -> name.endsWith(".attn.bias"));
    return prefixed;
  }

  static ReferenceAdapter adapter(Path directory) {
    JsonNode config = json(directory.resolve("adapter_config.json"));
    Map<String, Double> alphas = new TreeMap<>();
    config.path("alpha_pattern").properties().stream()
        .forEach(entry -> alphas.put(entry.getKey(), entry.getValue().asDouble()));
    return new ReferenceAdapter(
        safetensors(directory.resolve("adapter_model.safetensors")),
        config.path("lora_alpha").asDouble(),
        alphas,
        config.path("use_rslora").asBoolean());
  }

  static Map<String, ReferenceTensor> safetensors(Path file) {
    ByteBuffer bytes = bytes(file);
    int start = 8 + Math.toIntExact(bytes.getLong(0));
    Map<String, ReferenceTensor> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : header(bytes).properties()) {
      JsonNode tensor = entry.getValue();
      if (tensor.has("dtype")) {
        int begin = start + tensor.path("data_offsets").path(0).asInt();
        int end = start + tensor.path("data_offsets").path(1).asInt();
        ByteBuffer slice = bytes.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
        long[] shape = new long[tensor.path("shape").size()];
        Arrays.setAll(shape, i -> tensor.path("shape").path(i).asLong());
        tensors.put(
            entry.getKey(),
            ReferenceTensor.of(values(tensor.path("dtype").asText(), slice), shape));
      }
    }
    return tensors;
  }

  /** An entry of {@code __metadata__}. */
  static @Nullable String metadata(Path file, String key) {
    return header(bytes(file)).path("__metadata__").path(key).textValue();
  }

  private static JsonNode header(ByteBuffer bytes) {
    try {
      byte[] header = new byte[Math.toIntExact(bytes.getLong(0))];
      bytes.get(8, header);
      return JSON.readTree(header);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer bytes(Path file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] values(String type, ByteBuffer bytes) {
    int size =
        switch (type) {
          case "F64" -> 8;
          case "F32" -> 4;
          case "F16", "BF16" -> 2;
          case "I8" -> 1;
          default -> throw new IllegalArgumentException("no values of type " + type);
        };
    double[] values = new double[bytes.limit() / size];
    Arrays.setAll(
        values,
        i ->
            switch (type) {
              case "F64" -> bytes.getDouble(8 * i);
              case "F32" -> bytes.getFloat(4 * i);
              case "F16" -> Float.float16ToFloat(bytes.getShort(2 * i));
              case "BF16" -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
              default -> bytes.get(i);
            });
    return values;
  }
}
