/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeftDirectoryTest {
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String ATTENTION = "base_model.model.model.layers.1.self_attn.";
  private static final String EMBEDDING = "base_model.model.model.embed_tokens.";

  private static CausalLanguageModel model;
  private static Map<String, byte[]> plain;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT32);
    try (LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      plain = PeftDirectory.write(adapter, "tiny", "---\n---\n# card\n");
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** The kinds of adapters that there are. */
  enum Kind {
    LORA,
    FRACTIONAL,
    RSLORA,
    DORA,
    EMBEDDING,
    PATHS;

    LoraConfig config() {
      LoraConfig plain = LoraConfig.of(2, 4);
      return switch (this) {
        case LORA -> plain.dropping(0.1);
        case FRACTIONAL -> LoraConfig.of(3, 4.5);
        case RSLORA -> plain.scaled(LoraScaling.BY_ROOT_RANK);
        case DORA -> plain.as(LoraVariant.DORA);
        case EMBEDDING -> plain.targeting(List.of("embed_tokens", "o_proj"));
        case PATHS -> plain.targeting(List.of("model.layers.1.self_attn.q_proj"));
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadBackWhatItWroteByteByByte(Kind kind) throws IOException {
    try (LoraAdapter adapter = TinyModel.trainedAdapter(model, kind.config(), 3)) {
      Map<String, byte[]> files = PeftDirectory.write(adapter, "tiny", "---\n---\n# card\n");
      assertThat(files).containsOnlyKeys("README.md", CONFIG, WEIGHTS);
      try (LoraAdapter read = PeftDirectory.read(model, files);
          LoraAdapter fromDisk = PeftDirectory.read(model, saved(files))) {
        assertThat(read.config()).isEqualTo(adapter.config());
        assertThat(PeftDirectory.write(read, "tiny", "---\n---\n# card\n"))
            .usingRecursiveComparison()
            .isEqualTo(files);
        assertThat(PeftDirectory.write(fromDisk, "tiny", "---\n---\n# card\n"))
            .usingRecursiveComparison()
            .isEqualTo(files);
      }
    }
  }

  @Test
  void shouldSayWhatTheAdapterWasMadeFor() throws IOException {
    assertThat(new String(plain.get(CONFIG), UTF_8))
        .contains("\"lora_alpha\" : 4,", "\"base_model_name_or_path\" : \"tiny\"");
    assertThat(PeftDirectory.baseModel(saved(plain))).contains("tiny");
    assertThat(PeftDirectory.baseModel(saved(withConfig("\"tiny\"", "null")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"all-linear\"",
        "\".*_proj\"",
        "\"model\\\\.layers\\\\.\\\\d+\\\\.(mlp|self_attn)\\\\.[a-z]+_proj\"",
        "[\"mlp.down_proj\", \"gate_proj\", \"up_proj\", \"q_proj\", \"k_proj\", \"v_proj\", \"o_proj\"]",
      })
  void shouldReadEveryWayToNameTheTargets(String targets) {
    Map<String, byte[]> files =
        withConfig(
            json ->
                json.replaceFirst("(?s)\"target_modules\" : \\[.*?]", "TARGETS")
                    .replace("TARGETS", "\"target_modules\" : " + targets));
    try (LoraAdapter read = PeftDirectory.read(model, files)) {
      assertThat(read.toSafeTensors()).isEqualTo(plain.get(WEIGHTS));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"layers_to_transform\" : [1]",
        "\"layers_to_transform\" : 1, \"layers_pattern\" : \"layers\"",
        "\"layers_to_transform\" : [1, 7], \"layers_pattern\" : [\"h\", \"layers\"]",
        "\"exclude_modules\" : \".*layers\\\\.0\\\\..*\"",
      })
  void shouldReadAnAdapterOfSomeLayers(String settings) {
    Map<String, byte[]> files =
        withConfig(
            json ->
                json.replaceAll("\"(layers_pattern|layers_to_transform)\" : null,", "")
                    .replace("\"r\" :", settings + ", \"r\" :"));
    putTensors(
        files,
        tensors -> {
          tensors.keySet().removeIf(name -> name.contains(".layers.0."));
          return tensors;
        });
    try (LoraAdapter read = PeftDirectory.read(model, files)) {
      assertThat(read.parameters().names())
          .hasSize(7 * 2)
          .allMatch(name -> name.contains(".layers.1."));
      try (LoraAdapter again = PeftDirectory.read(model, PeftDirectory.write(read, "tiny", ""))) {
        assertThat(again.toSafeTensors()).isEqualTo(read.toSafeTensors());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"F16", "BF16", "F64"})
  void shouldReadWeightsOfOtherTypes(ElementType type) {
    Map<String, byte[]> files = new TreeMap<>(plain);
    Map<String, TensorData> rounded = new TreeMap<>();
    putTensors(
        files,
        tensors -> {
          tensors.replaceAll(
              (name, tensor) -> TensorData.of(type, tensor.toFloats(), tensor.shape()));
          rounded.putAll(tensors);
          return tensors;
        });
    try (LoraAdapter read = PeftDirectory.read(model, files)) {
      assertThat(rounded).hasSize(28);
      rounded.forEach(
          (name, tensor) ->
              assertThat(read.parameters().values(name)).isEqualTo(tensor.toDoubles()));
    }
  }

  @Test
  void shouldReadMagnitudesUnderEitherName() {
    try (LoraAdapter dora = TinyModel.trainedAdapter(model, Kind.DORA.config(), 3)) {
      Map<String, byte[]> files = new TreeMap<>(PeftDirectory.write(dora, "tiny", ""));
      putTensors(
          files,
          tensors -> {
            Map<String, TensorData> renamed = new TreeMap<>();
            tensors.forEach(
                (name, tensor) ->
                    renamed.put(
                        name.replace("magnitude_vector", "magnitude_vector.weight"), tensor));
            return renamed;
          });
      try (LoraAdapter read = PeftDirectory.read(model, files)) {
        assertThat(read.toSafeTensors()).isEqualTo(dora.toSafeTensors());
      }
    }
  }

  @Test
  void shouldTakeACopyOfTheEmbeddingButNoOtherEmbedding() {
    try (LoraAdapter adapter = TinyModel.trainedAdapter(model, Kind.EMBEDDING.config(), 3)) {
      double[] values = model.weights().values("model.embed_tokens.weight");
      float[] copy = new float[values.length];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = (float) values[i];
      }
      Map<String, byte[]> files = new TreeMap<>(PeftDirectory.write(adapter, "tiny", ""));
      for (String name :
          List.of(EMBEDDING + "base_layer.weight", "base_model.model.lm_head.weight")) {
        putTensor(files, name, TensorData.of(copy, 300, 16));
      }
      try (LoraAdapter read = PeftDirectory.read(model, files)) {
        assertThat(read.toSafeTensors()).isEqualTo(adapter.toSafeTensors());
      }
      copy[17] += 1;
      putTensor(files, EMBEDDING + "base_layer.weight", TensorData.of(copy, 300, 16));
      assertRefused(
          files,
          WEIGHTS
              + ": tensor '"
              + EMBEDDING
              + "base_layer.weight' must repeat the base's 'model.embed_tokens.weight', but differs"
              + " from it: replaced weights are not supported");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"peft_type\" : \"LORA\" | \"peft_type\" : \"IA3\" | peft_type must be 'LORA', but was \"IA3\"",
        "\"task_type\" : \"CAUSAL_LM\" | \"task_type\" : \"SEQ_CLS\" | task_type must be 'CAUSAL_LM', but was \"SEQ_CLS\"",
        "\"bias\" : \"none\" | \"bias\" : \"lora_only\" | bias must be 'none', but was \"lora_only\"",
        "\"lora_dropout\" : 0.0 | \"lora_dropout\" : 1.0 | lora_dropout must be in [0, 1)",
        "\"lora_alpha\" : 4 | \"lora_alpha\" : \"4\" | lora_alpha must be a number, but was \"4\"",
        "\"r\" : 2, | \"r\" : 2.5, | r must be a whole number, but was 2.5",
        "\"r\" : 2, | \"R\" : 2, \"r\" : 2, | R is not supported: it must be null, false or empty, but was 2",
        "\"use_dora\" : false | \"use_dora\" : 1 | use_dora must be true or false, but was 1",
        "\"use_dora\" : false | \"use_dora\" : false, \"use_qalora\" : true | use_qalora is not supported: it must be null, false or empty, but was true",
        "\"use_dora\" : false | \"use_dora\" : false, \"lora_bias\" : true | lora_bias is not supported",
        "\"use_dora\" : false | \"use_dora\" : false, \"megatron_config\" : {\"a\": 1} | megatron_config is not supported: it must be null, false or empty, but was {\"a\":1}",
        "\"use_dora\" : false | \"use_dora\" : false, \"trainable_token_indices\" : [5] | trainable_token_indices is not supported",
        "\"use_dora\" : false | \"use_dora\" : false, \"layer_replication\" : [[0, 2]] | layer_replication is not supported",
        "\"use_dora\" : false | \"use_dora\" : false, \"target_parameters\" : [\"w\"] | target_parameters is not supported",
        "\"init_lora_weights\" : true | \"init_lora_weights\" : \"pissa_niter_4\" | init_lora_weights must leave the base's weights as they are (true, false or one of [eva, gaussian, orthogonal]), but was \"pissa_niter_4\"",
        "\"modules_to_save\" : null | \"modules_to_save\" : [\"lm_head\"] | modules_to_save is not supported",
        "\"rank_pattern\" : { } | \"rank_pattern\" : {\"q_proj\": 3} | rank_pattern is not supported: it must be null, false or empty, but was {\"q_proj\":3}",
        "\"fan_in_fan_out\" : false | \"fan_in_fan_out\" : true | fan_in_fan_out must be false for a llama model, but was true",
        "\"v_proj\" ] | \"c_attn\" ] | target_modules has 'c_attn', which a llama model of this size lacks",
        "\"v_proj\" ] | \"lm_head\" ] | target_modules names 'lm_head' of a llama model, which can't be adapted",
        "\"v_proj\" ] | \"v_proj\" ], \"layers_pattern\" : \"h\" | not valid JSON: Duplicate field 'layers_pattern'",
        "\"layers_pattern\" : null | \"layers_pattern\" : \"layers\" | layers_pattern needs layers_to_transform",
        "\"layers_to_transform\" : null | \"layers_to_transform\" : [5] | target_modules names no module of a llama model that can be adapted",
        "\"layers_to_transform\" : null | \"layers_to_transform\" : [\"a\"] | layers_to_transform can't be read: it was [\"a\"]",
      })
  void shouldRefuseSettingsItCanNotHonour(String from, String to, String reason) {
    assertRefused(withConfig(from, to), CONFIG + ": " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_dora\" : false | \"use_dora\" : true | lora_magnitude_vector' is missing",
        "\"r\" : 2 | \"r\" : 3 | lora_A.weight' has shape [2, 16] instead of [3, 16]",
        ", \"v_proj\" ] | ] | tensor 'base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight' is of no target module",
      })
  void shouldRefuseWeightsThatDoNotFitTheSettings(String from, String to, String reason) {
    assertRefused(
        withConfig(from, to),
        WEIGHTS + ": does not fit adapter_config.json and this llama model of 2 layers: ",
        reason);
  }

  @Test
  void shouldRefuseAnAdapterOfAnotherBaseSayingWhatDiffers() {
    var deeper = new LlamaConfig(300, 16, 24, 3, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
    var wider = new LlamaConfig(300, 32, 24, 2, 4, 2, 8, 1e-5, 10_000, 64, true, 1, 2);
    try (CausalLanguageModel other = TinyModel.open(deeper, Precision.FLOAT32)) {
      assertThatThrownBy(() -> PeftDirectory.read(other, plain))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("this llama model of 3 layers")
          .hasMessageContaining("layers.2.self_attn.q_proj.lora_A.weight' is missing")
          .hasMessageEndingWith("; and 11 more");
    }
    try (CausalLanguageModel other = TinyModel.open(wider, Precision.FLOAT32)) {
      assertThatThrownBy(() -> PeftDirectory.read(other, plain))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("lora_A.weight' has shape [2, 16] instead of [2, 32]");
    }
  }

  @Test
  void shouldSayHowAFamilyStoresItsWeights() throws IOException {
    Path base = ReferenceResources.directory("checkpoints/gpt2");
    Path adapter = ReferenceResources.directory("peft/gpt2-lora");
    String config = Files.readString(adapter.resolve(CONFIG));
    Map<String, byte[]> files = new TreeMap<>();
    files.put(WEIGHTS, Files.readAllBytes(adapter.resolve(WEIGHTS)));
    try (CausalLanguageModel gpt2 = CausalLanguageModel.load(base, EngineOptions.defaults())) {
      files.put(CONFIG, config.replace("\"fan_in_fan_out\": true,", "").getBytes(UTF_8));
      try (LoraAdapter read = PeftDirectory.read(gpt2, files)) {
        assertThat(new String(PeftDirectory.write(read, "gpt2", "").get(CONFIG), UTF_8))
            .contains("\"fan_in_fan_out\" : true");
      }
      files.put(
          CONFIG,
          config.replace("\"fan_in_fan_out\": true", "\"fan_in_fan_out\": false").getBytes(UTF_8));
      assertThatThrownBy(() -> PeftDirectory.read(gpt2, files))
          .isInstanceOf(ModelLoadException.class)
          .hasMessage(CONFIG + ": fan_in_fan_out must be true for a gpt2 model, but was false");
    }
  }

  @Test
  void shouldRefuseBrokenWeights() {
    Map<String, byte[]> files = new TreeMap<>(plain);
    files.computeIfPresent(WEIGHTS, (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(files, WEIGHTS + ": truncated");

    String name = ATTENTION + "k_proj.lora_B.weight";
    float[] values = new float[16];
    values[3] = Float.NaN;
    Map<String, byte[]> notFinite = new TreeMap<>(plain);
    putTensor(notFinite, name, TensorData.of(values, 8, 2));
    assertRefused(
        notFinite,
        WEIGHTS + ": tensor '" + name + "' must be finite, but was not at index 3 of 16");

    Map<String, byte[]> integers = new TreeMap<>(plain);
    integers.put(
        WEIGHTS,
        new String(plain.get(WEIGHTS), ISO_8859_1).replaceFirst("F32", "I32").getBytes(ISO_8859_1));
    assertRefused(integers, WEIGHTS + ": tensor '", "but were I32");
  }

  @Test
  void shouldNameTheMissingFileAndSayHowToConvertAPickle() throws IOException {
    Map<String, byte[]> files = new TreeMap<>(plain);
    files.remove(WEIGHTS);
    assertRefused(files, WEIGHTS + ": the file is missing");
    files.put("adapter_model.bin", new byte[] {(byte) 0x80, 2});
    assertRefused(files, "adapter_model.bin: pickle files", "save_pretrained");
    Path saved = saved(files);
    assertThatThrownBy(() -> PeftDirectory.read(model, saved))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith(saved.resolve("adapter_model.bin") + ": pickle files");
    files.remove(CONFIG);
    assertRefused(files, CONFIG + ": the file is missing");
  }

  private static void assertRefused(Map<String, byte[]> files, String start) {
    assertRefused(files, start, "");
  }

  private static void assertRefused(Map<String, byte[]> files, String start, String reason) {
    assertThatThrownBy(() -> PeftDirectory.read(model, files))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith(start)
        .hasMessageContaining(reason);
  }

  private static Map<String, byte[]> withConfig(String from, String to) {
    return withConfig(
        json -> {
          assertThat(json).contains(from);
          return json.replace(from, to);
        });
  }

  private static Map<String, byte[]> withConfig(UnaryOperator<String> change) {
    Map<String, byte[]> files = new TreeMap<>(plain);
    files.computeIfPresent(
        CONFIG, (name, json) -> change.apply(new String(json, UTF_8)).getBytes(UTF_8));
    return files;
  }

  private static void putTensor(Map<String, byte[]> files, String name, TensorData tensor) {
    putTensors(
        files,
        tensors -> {
          tensors.put(name, tensor);
          return tensors;
        });
  }

  private static void putTensors(
      Map<String, byte[]> files, UnaryOperator<Map<String, TensorData>> change) {
    SafeTensors before = SafeTensors.parse(files.get(WEIGHTS));
    Map<String, TensorData> tensors = change.apply(new TreeMap<>(before.tensors()));
    files.put(WEIGHTS, SafeTensors.of(tensors, before.metadata()).toBytes());
  }

  private Path saved(Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
    if (!files.containsKey(WEIGHTS)) {
      Files.deleteIfExists(directory.resolve(WEIGHTS));
    }
    return directory;
  }
}
