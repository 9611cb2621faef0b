/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoraAdapterTest {
  private static CausalLanguageModel model;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldTargetEveryLinearModuleUnderItsPeftName() {
    try (LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9)) {
      Parameters parameters = adapter.parameters();
      assertThat(parameters.names())
          .hasSize(2 * 7 * 2)
          .contains(
              "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight",
              "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight");
      String a = "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight";
      String b = "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight";
      assertThat(parameters.shape(a)).containsExactly(2, 24);
      assertThat(parameters.shape(b)).containsExactly(16, 2);
      assertThat(parameters.values(b)).containsOnly(0);
      double bound = 1 / Math.sqrt(24);
      assertThat(Arrays.stream(parameters.values(a)).map(Math::abs).max().orElseThrow())
          .isBetween(0.8 * bound, bound);
      assertThat(adapter.config().targetModules())
          .containsExactly(
              "down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj");
    }
  }

  @Test
  void shouldTargetOnlyTheModulesNamed() {
    LoraConfig config = LoraConfig.of(2, 4).targeting(List.of("v_proj", "q_proj"));
    try (LoraAdapter adapter = LoraAdapter.initialize(model, config, 9)) {
      assertThat(adapter.parameters().names()).hasSize(2 * 2 * 2);
      model.score(TinyModel.rows(2, 1), adapter);
    }
    assertThatThrownBy(
            () ->
                LoraAdapter.initialize(model, LoraConfig.of(2, 4).targeting(List.of("c_attn")), 9))
        .hasMessageContaining("lora_target_modules must be among [down_proj,")
        .hasMessageContaining("but had 'c_attn'");
  }

  @Test
  void shouldBeAFunctionOfTheSeed() {
    try (LoraAdapter one = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        LoraAdapter same = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9);
        LoraAdapter other = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 10)) {
      assertThat(same.toSafeTensors()).isEqualTo(one.toSafeTensors());
      assertThat(other.toSafeTensors()).isNotEqualTo(one.toSafeTensors());
    }
  }

  @Test
  void shouldReadBackThePeftDirectoryItWrote() {
    try (LoraAdapter adapter = TinyModel.trainedAdapter(model, 3)) {
      Map<String, byte[]> files = PeftDirectory.write(adapter, "tiny", "---\n---\n# card\n");
      assertThat(files)
          .containsOnlyKeys("README.md", "adapter_config.json", "adapter_model.safetensors");
      assertThat(new String(files.get("adapter_config.json"), UTF_8))
          .contains(
              "\"peft_type\" : \"LORA\"",
              "\"task_type\" : \"CAUSAL_LM\"",
              "\"r\" : 2",
              "\"lora_alpha\" : 4,",
              "\"base_model_name_or_path\" : \"tiny\"");
      try (LoraAdapter read = PeftDirectory.read(model, files)) {
        assertThat(read.config()).isEqualTo(adapter.config());
        assertThat(PeftDirectory.write(read, "tiny", "---\n---\n# card\n"))
            .usingRecursiveComparison()
            .isEqualTo(files);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"peft_type\" : \"LORA\" | \"peft_type\" : \"IA3\" | peft_type must be 'LORA', but was 'IA3'",
        "\"lora_dropout\" : 0.0 | \"lora_dropout\" : 1.0 | lora_dropout must be in [0, 1)",
        "\"use_dora\" : false | \"use_dora\" : true | lora_magnitude_vector' is missing",
        "\"modules_to_save\" : null | \"modules_to_save\" : [\"lm_head\"] | modules_to_save is not supported",
        "\"r\" : 2 | \"r\" : 3 | has shape [2, 16], but the configuration asks for [3, 16]",
        "\"v_proj\" ] | \"c_proj\" ] | but had 'c_proj'",
      })
  void shouldRefuseAnAdapterItCanNotHonour(String from, String to, String reason) {
    try (LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9)) {
      Map<String, byte[]> files = new TreeMap<>(PeftDirectory.write(adapter, "tiny", ""));
      String json = new String(files.get("adapter_config.json"), UTF_8);
      assertThat(json).contains(from);
      files.put("adapter_config.json", json.replace(from, to).getBytes(UTF_8));
      assertThatThrownBy(() -> PeftDirectory.read(model, files))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(reason);
    }
  }

  @Test
  void shouldNameTheMissingOrTruncatedFile() {
    try (LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9)) {
      Map<String, byte[]> files = new TreeMap<>(PeftDirectory.write(adapter, "tiny", ""));
      files.computeIfPresent(
          "adapter_model.safetensors", (name, bytes) -> Arrays.copyOf(bytes, bytes.length - 1));
      assertThatThrownBy(() -> PeftDirectory.read(model, files))
          .hasMessageContaining("adapter_model.safetensors: truncated");
      files.remove("adapter_model.safetensors");
      assertThatThrownBy(() -> PeftDirectory.read(model, files))
          .hasMessage("adapter_model.safetensors: the file is missing");
      files.remove("adapter_config.json");
      assertThatThrownBy(() -> PeftDirectory.read(model, files))
          .hasMessage("adapter_config.json: the file is missing");
    }
  }

  @Test
  void shouldRefuseUnusableSettings() {
    assertThatThrownBy(() -> LoraConfig.of(0, 4))
        .hasMessage("lora_r must be at least 1, but was 0");
    assertThatThrownBy(() -> LoraConfig.of(2, 0)).hasMessageContaining("lora_alpha");
    assertThatThrownBy(() -> LoraConfig.of(2, 4).dropping(1))
        .hasMessageContaining("lora_dropout must be in [0, 1), but was 1.0");
    assertThatThrownBy(() -> AdamWConfig.of(0)).hasMessageContaining("learning_rate");
  }
}
