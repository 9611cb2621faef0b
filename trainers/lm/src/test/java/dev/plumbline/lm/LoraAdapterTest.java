/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
    LoraConfig paths =
        LoraConfig.of(2, 4).targeting(List.of("self_attn.v_proj", "model.layers.1.mlp.up_proj"));
    try (LoraAdapter adapter = LoraAdapter.initialize(model, paths, 9)) {
      assertThat(adapter.parameters().names())
          .containsExactly(
              "base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight",
              "base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight",
              "base_model.model.model.layers.1.self_attn.v_proj.lora_A.weight",
              "base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight",
              "base_model.model.model.layers.1.mlp.up_proj.lora_A.weight",
              "base_model.model.model.layers.1.mlp.up_proj.lora_B.weight");
    }
    assertThatThrownBy(
            () ->
                LoraAdapter.initialize(model, LoraConfig.of(2, 4).targeting(List.of("c_attn")), 9))
        .hasMessageContaining("lora_target_modules must be among [down_proj,")
        .hasMessageContaining("but had 'c_attn'");
    LoraConfig embedding = LoraConfig.of(2, 4).targeting(List.of("embed_tokens", "q_proj"));
    assertThatThrownBy(() -> LoraAdapter.initialize(model, embedding.as(LoraVariant.DORA), 9))
        .hasMessageContaining("DoRA does not adapt the embedding");
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
  void shouldRefuseUnusableSettings() {
    assertThatThrownBy(() -> LoraConfig.of(0, 4))
        .hasMessage("lora_r must be at least 1, but was 0");
    assertThatThrownBy(() -> LoraConfig.of(2, 0)).hasMessageContaining("lora_alpha");
    assertThatThrownBy(() -> LoraConfig.of(2, 4).dropping(1))
        .hasMessageContaining("lora_dropout must be in [0, 1), but was 1.0");
    assertThatThrownBy(() -> AdamWConfig.of(0)).hasMessageContaining("learning_rate");
  }
}
