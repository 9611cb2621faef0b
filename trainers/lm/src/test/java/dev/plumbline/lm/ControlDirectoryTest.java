/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ControlDirectoryTest {
  private static final SoftPromptConfig BANK = new SoftPromptConfig(3, 2);
  private static final LoraConfig LORA =
      LoraConfig.of(2, 4).onLastBlock(TinyModel.CONFIG).dropping(0.1);
  private static final ControlConfig ALL = new ControlConfig(BANK, true, LORA);

  private static CausalLanguageModel model;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static Stream<ControlConfig> subsets() {
    return Stream.of(
        ALL,
        new ControlConfig(BANK, false, null),
        new ControlConfig(null, true, null),
        new ControlConfig(null, false, LORA));
  }

  @ParameterizedTest
  @MethodSource("subsets")
  void shouldReadWhatItWroteExactly(ControlConfig config) throws IOException {
    try (ControlAdapter written = TinyModel.moved(model, config, 3)) {
      SortedMap<String, byte[]> files = ControlDirectory.write(written, "tiny", "card");
      save(files, directory);
      try (ControlAdapter fromFiles = ControlDirectory.read(model, files);
          TrainedAdapter fromDirectory = TrainedAdapter.read(model, directory)) {
        assertThat(fromFiles.config()).isEqualTo(written.config());
        for (TrainedAdapter read : List.of(fromFiles, fromDirectory)) {
          assertThat(read.parameters().data()).isEqualTo(written.parameters().data());
        }
        assertThat(ControlDirectory.write(fromFiles, "tiny", "card"))
            .containsExactlyEntriesOf(files);
      }
      TreeSet<String> needed = new TreeSet<>(files.keySet());
      needed.remove("README.md");
      assertThat(ControlDirectory.filesNeeded(files.get(ControlDirectory.FILE)))
          .containsExactlyInAnyOrderElementsOf(needed);
    }
  }

  @Test
  void shouldWriteDirectoriesThatPeftKnows() throws IOException {
    try (ControlAdapter written = TinyModel.moved(model, ALL, 3)) {
      SortedMap<String, byte[]> files = ControlDirectory.write(written, "tiny", "card");
      assertThat(files.keySet())
          .containsExactly(
              "README.md",
              "bias.safetensors",
              "control.json",
              "lora/adapter_config.json",
              "lora/adapter_model.safetensors",
              "prompt-1/adapter_config.json",
              "prompt-1/adapter_model.safetensors",
              "prompt-2/adapter_config.json",
              "prompt-2/adapter_model.safetensors");
      assertThat(new String(files.get("control.json"), StandardCharsets.UTF_8))
          .isEqualTo(
              """
              {
                "format" : "plumbline-control",
                "format_version" : 1,
                "levels" : 3,
                "lora" : true,
                "output_bias" : true,
                "prompt_vectors" : 2
              }
              """);
      save(files, directory);
      try (LoraAdapter lora = PeftDirectory.read(model, directory.resolve("lora"))) {
        for (String name : lora.parameters().names()) {
          assertThat(lora.parameters().values(name)).isEqualTo(written.parameters().values(name));
        }
      }
    }
  }

  @Test
  void shouldKeepDoublePrecision() {
    try (CausalLanguageModel exact = TinyModel.open(Precision.FLOAT64);
        ControlAdapter written = TinyModel.moved(exact, ALL, 3);
        ControlAdapter read =
            ControlDirectory.read(exact, ControlDirectory.write(written, "tiny", ""))) {
      assertThat(read.parameters().data()).isEqualTo(written.parameters().data());
    }
  }

  @Test
  void shouldBeRefusedWhereLoraAloneIsExpected() throws IOException {
    String reason = "a control adapter can't be read as LoRA or merged into a model";
    Path llama = ReferenceResources.directory("checkpoints/llama");
    try (CausalLanguageModel base = CausalLanguageModel.load(llama, EngineOptions.defaults());
        ControlAdapter adapter =
            ControlAdapter.initialize(
                base, new ControlConfig(BANK, true, LoraConfig.of(2, 4)), 1)) {
      SortedMap<String, byte[]> files = ControlDirectory.write(adapter, "llama", "");
      save(files, directory);
      assertThatThrownBy(() -> PeftDirectory.read(base, files))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageStartingWith("control.json: ")
          .hasMessageContaining(reason);
      assertThatThrownBy(() -> PeftDirectory.read(base, directory)).hasMessageContaining(reason);
      assertThatThrownBy(() -> PeftDirectory.baseModel(directory)).hasMessageContaining(reason);
      Path output = directory.resolve("merged");
      assertThatThrownBy(
              () -> MergedModel.write(llama, directory, output, MergedModel.Type.FLOAT32))
          .hasMessage(
              directory.resolve("control.json")
                  + ": soft prompts and an output bias are more than LoRA: "
                  + reason
                  + "; its LoRA part alone, if it has one, is in the folder 'lora'");
      MergedModel.write(llama, directory.resolve("lora"), output, MergedModel.Type.FLOAT32);
      assertThat(output.resolve("model.safetensors")).exists();
    }
  }

  interface Damage {
    void to(Map<String, byte[]> files);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(
            "prompt-2/adapter_config.json: the file is missing",
            remove("prompt-2/adapter_config.json")),
        damage(
            "prompt-1/adapter_model.safetensors: the file is missing",
            remove("prompt-1/adapter_model.safetensors")),
        damage("bias.safetensors: the file is missing", remove("bias.safetensors")),
        damage("lora/adapter_config.json: the file is missing", remove("lora/adapter_config.json")),
        damage("control.json: the file is missing", remove("control.json")),
        damage("control.json: not valid JSON", text("control.json", "{")),
        damage("control.json: must be a JSON object", text("control.json", "[]")),
        damage(
            "control.json: format must be 'plumbline-control', but was \"other\"",
            edit("control.json", "plumbline-control", "other")),
        damage(
            "control.json: format_version must be 1, but was 2",
            edit("control.json", "\"format_version\" : 1", "\"format_version\" : 2")),
        damage(
            "control.json: levels must be a whole number, but was 3.5",
            edit("control.json", "\"levels\" : 3", "\"levels\" : 3.5")),
        damage(
            "control.json: prompt_levels must be at least 2, level 0 being no prompt, but was 1",
            edit("control.json", "\"levels\" : 3", "\"levels\" : 1")),
        damage(
            "control.json: more is not supported: it must be null, false or empty, but was 1",
            edit("control.json", "\"levels\"", "\"more\" : 1, \"levels\"")),
        damage(
            "control.json: must name at least one part, but names none",
            text(
                "control.json",
                "{\"format\": \"plumbline-control\", \"format_version\": 1, \"levels\": 1, \"prompt_vectors\": 0}")),
        damage(
            "prompt-1/adapter_config.json: num_virtual_tokens must be 4, the prompt_vectors of control.json, but was 2",
            edit("control.json", "\"prompt_vectors\" : 2", "\"prompt_vectors\" : 4")),
        damage(
            "prompt-2/adapter_config.json: peft_type must be 'PROMPT_TUNING', but was \"PREFIX_TUNING\"",
            edit("prompt-2/adapter_config.json", "PROMPT_TUNING", "PREFIX_TUNING")),
        damage(
            "prompt-2/adapter_config.json: token_dim must be 16, but was 32",
            edit("prompt-2/adapter_config.json", "\"token_dim\" : 16", "\"token_dim\" : 32")),
        damage(
            "prompt-2/adapter_config.json: num_transformer_submodules must be 1, but was 2",
            edit(
                "prompt-2/adapter_config.json",
                "\"num_transformer_submodules\" : 1",
                "\"num_transformer_submodules\" : 2")),
        damage(
            "prompt-2/adapter_config.json: task_type must be 'CAUSAL_LM', but was \"SEQ_CLS\"",
            edit("prompt-2/adapter_config.json", "CAUSAL_LM", "SEQ_CLS")),
        damage(
            "prompt-2/adapter_config.json: encoder_hidden_size is not supported",
            edit("prompt-2/adapter_config.json", "{", "{\"encoder_hidden_size\": 8,")),
        damage(
            "prompt-2/adapter_model.safetensors: must hold tensor 'prompt_embeddings' of shape [2, 16] alone, but has {prompt_embeddings=F32[1, 32]}",
            tensor(
                "prompt-2/adapter_model.safetensors", "prompt_embeddings", new float[32], 1, 32)),
        damage(
            "bias.safetensors: must hold tensor 'output_bias' of shape [300] alone, but has {output_bias=F32[299]}",
            tensor("bias.safetensors", "output_bias", new float[299], 299)),
        damage(
            "bias.safetensors: tensor 'output_bias' must be finite, but was not at index 7 of 300",
            tensor("bias.safetensors", "output_bias", notFinite(), 300)),
        damage("bias.safetensors: ", text("bias.safetensors", "no tensors")),
        damage(
            "lora/adapter_config.json: peft_type must be 'LORA', but was \"IA3\"",
            edit("lora/adapter_config.json", "\"LORA\"", "\"IA3\"")));
  }

  private static Arguments damage(String message, Damage damage) {
    return Arguments.of(message, damage);
  }

  private static Damage remove(String name) {
    return files -> files.remove(name);
  }

  private static Damage text(String name, String text) {
    return files -> files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Damage edit(String name, String from, String to) {
    return files -> {
      String text = new String(files.get(name), StandardCharsets.UTF_8);
      assertThat(text).contains(from);
      int at = text.indexOf(from);
      String edited = text.substring(0, at) + to + text.substring(at + from.length());
      files.put(name, edited.getBytes(StandardCharsets.UTF_8));
    };
  }

  private static Damage tensor(String file, String name, float[] values, long... shape) {
    byte[] bytes = SafeTensors.of(Map.of(name, TensorData.of(values, shape)), Map.of()).toBytes();
    return files -> files.put(file, bytes);
  }

  private static float[] notFinite() {
    float[] bias = new float[300];
    bias[7] = Float.NaN;
    return bias;
  }

  @ParameterizedTest
  @MethodSource("damages")
  void shouldRefuseWhatIsMalformedAndHoldNothingThen(String message, Damage damage)
      throws IOException {
    Map<String, byte[]> files;
    try (ControlAdapter adapter = TinyModel.moved(model, ALL, 3)) {
      files = new TreeMap<>(ControlDirectory.write(adapter, "tiny", ""));
    }
    damage.to(files);
    long before = model.openArrays();
    assertThatThrownBy(() -> ControlDirectory.read(model, files))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
    save(files, directory);
    assertThatThrownBy(() -> ControlDirectory.read(model, directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(directory.toString());
    assertThat(model.openArrays()).isEqualTo(before);
  }

  /** For {@code tests/peers/prompt_goldens.py --check}. */
  @Test
  void shouldWriteSoftPromptsForThePeer() throws IOException {
    String root = System.getProperty("plumbline.roundtrip", "");
    assumeFalse(
        root.isEmpty(), "skipped: -Dplumbline.roundtrip=DIR says where to write cases for PEFT");
    for (String family : List.of("llama", "qwen2", "qwen3", "gpt2", "mistral")) {
      Path base = ReferenceResources.directory("checkpoints/" + family);
      try (CausalLanguageModel checkpoint =
              CausalLanguageModel.load(base, EngineOptions.defaults());
          ControlAdapter adapter =
              TinyModel.moved(checkpoint, new ControlConfig(BANK, true, null), 3)) {
        save(
            ControlDirectory.write(adapter, base.toString(), ""),
            Path.of(root, family + "-control"));
      }
    }
  }

  private static void save(Map<String, byte[]> files, Path directory) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }
}
