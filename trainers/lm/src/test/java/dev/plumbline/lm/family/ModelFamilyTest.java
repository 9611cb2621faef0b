/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelFamilyTest {
  private static final RotaryDecoder DECODER = RotaryDecoder.of(ModelSizes.tiny(), 1e-5, 500_000);

  static Stream<ModelConfig> configs() {
    return Stream.concat(
        ModelConfig.families().stream().map(name -> ModelConfig.of(name, ModelSizes.tiny())),
        Stream.of(
            new LlamaConfig(with(new Rope.Llama3(8, 1, 4, 32)), true, true),
            new LlamaConfig(with(new Rope.Linear(2)), false, true),
            new MistralConfig(DECODER, 16),
            new Qwen2Config(with(new Rope.Yarn(4, 16, 32, 1, 1.1, false))),
            new Qwen3Config(DECODER, true),
            new Gpt2Config(
                300, 16, 20, 2, 4, 1e-5, 64, true, new SpecialTokens(1, List.of(2, 0)))));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void shouldReadBackTheConfigItWrites(ModelConfig config) {
    byte[] json = ModelFamily.of(config).configJson();
    assertThat(ModelConfig.read(json, GenerationConfig.empty())).isEqualTo(config);
    assertThat(ModelConfig.read(ModelFamily.withDtype(json, "bfloat16"), GenerationConfig.empty()))
        .isEqualTo(config);
    assertThat(ModelFamily.withDtype(json, "float32")).isSameAs(json);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void shouldNameEachLinearModuleAmongItsWeights(ModelConfig config) {
    ModelFamily family = ModelFamily.of(config);
    family
        .linearModules()
        .forEach(
            (path, module) -> {
              assertThat(family.weights().get(path + ".weight")).isEqualTo(module.weightShape());
              assertThat(family.weights().containsKey(path + ".bias")).isEqualTo(module.bias());
            });
    assertThat(family.weights())
        .containsKeys(family.embeddingModule() + ".weight", family.headWeight());
    assertThat(family.weights().containsKey(ModelFamily.HEAD_WEIGHT))
        .isNotEqualTo(config.tiedEmbeddings());
    assertThat(family.constants()).containsEntry("layers", 2).containsEntry("head_dim", 4);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void shouldPutEachWeightAtItsDepth(ModelConfig config) {
    ModelFamily family = ModelFamily.of(config);
    assertThat(family.weights().keySet().stream().map(family::depthOf).distinct())
        .containsExactlyInAnyOrder(-1, 0, 1, 2);
    assertThat(family.depthOf(family.embeddingModule() + ".weight")).isEqualTo(-1);
    assertThat(family.depthOf(ModelFamily.HEAD_WEIGHT)).isEqualTo(2);
  }

  @Test
  void shouldGiveBiasesAndNormsToTheFamiliesThatHaveThem() {
    assertThat(weights("llama")).noneMatch(name -> name.endsWith(".bias"));
    assertThat(weights("mistral")).containsExactlyElementsOf(weights("llama"));
    assertThat(weights("qwen2"))
        .filteredOn(name -> name.startsWith("model.layers.1.") && name.endsWith(".bias"))
        .containsExactly(
            "model.layers.1.self_attn.q_proj.bias",
            "model.layers.1.self_attn.k_proj.bias",
            "model.layers.1.self_attn.v_proj.bias");
    assertThat(weights("qwen3"))
        .contains(
            "model.layers.1.self_attn.q_norm.weight", "model.layers.1.self_attn.k_norm.weight");
    assertThat(ModelFamily.of(new LlamaConfig(DECODER, true, true)).weights())
        .containsKeys("model.layers.0.self_attn.o_proj.bias", "model.layers.0.mlp.down_proj.bias");
  }

  @Test
  void shouldStoreGpt2sMatricesTransposed() {
    LinearModule module =
        ModelFamily.of(ModelConfig.of("gpt2", ModelSizes.tiny()))
            .linearModules()
            .get("transformer.h.0.attn.c_attn");
    assertThat(module).isEqualTo(new LinearModule(16, 48, true, true));
    assertThat(module.weightShape()).containsExactly(16, 48);
  }

  @Test
  void shouldKeepMistralsRowsWithinItsWindow() {
    assertThat(new MistralConfig(DECODER, 16).maxPositions()).isEqualTo(16);
    assertThat(new MistralConfig(DECODER, 1000).maxPositions()).isEqualTo(64);
    assertThat(new MistralConfig(DECODER, null).maxPositions()).isEqualTo(64);
  }

  // The keys of Llama-3.2-1B's file, of transformers 4.
  @Test
  void shouldReadRopeScalingOfTransformers4() {
    ModelConfig config =
        read(
            """
            {"architectures": ["LlamaForCausalLM"], "attention_bias": false,
             "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "head_dim": 64,
             "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 8192,
             "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
             "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
             "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0,
             "high_freq_factor": 4.0, "low_freq_factor": 1.0,
             "original_max_position_embeddings": 8192, "rope_type": "llama3"},
             "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
             "vocab_size": 128256}
            """);
    assertThat(config.eosTokenIds()).containsExactly(128001, 128008, 128009);
    assertThat(config.eosTokenId()).isEqualTo(128001);
    assertThat(((LlamaConfig) config).rope())
        .isEqualTo(new Rope(500_000, new Rope.Llama3(32, 1, 4, 8192)));
    assertThat(ModelFamily.of(config).inverseFrequencies()).hasSize(32);
    assertThat(ModelFamily.of(config).headWeight()).isEqualTo("model.embed_tokens.weight");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rope_theta\": 7.0, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}",
        "\"rope_parameters\": {\"rope_theta\": 7.0, \"rope_type\": \"linear\", \"factor\": 2}",
        "\"rope_scaling\": null, \"rope_parameters\": {\"rope_theta\": 7.0, \"rope_type\": \"linear\", \"factor\": 2}",
      })
  void shouldReadRopeOfEitherGeneration(String rope) {
    String json =
        """
        {"model_type": "qwen2", "vocab_size": 300, "hidden_size": 16, "intermediate_size": 24,
         "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
         "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "eos_token_id": 2, %s}
        """
            .formatted(rope);
    Qwen2Config config = (Qwen2Config) read(json);
    assertThat(config.rope()).isEqualTo(new Rope(7, new Rope.Linear(2)));
    assertThat(config.headDim()).isEqualTo(4);
    assertThat(config.bosTokenId()).as("the end, where no start is named").isEqualTo(2);
  }

  @Test
  void shouldInferYarnsAttentionFactor() {
    assertThat(yarn("\"factor\": 4.0").attentionFactor()).isEqualTo(0.1 * Math.log(4) + 1);
    assertThat(yarn("\"factor\": 4.0, \"attention_factor\": 2.0").attentionFactor()).isEqualTo(2);
    assertThat(yarn("\"factor\": 8.0, \"mscale\": 0.7, \"mscale_all_dim\": 0.5").attentionFactor())
        .isEqualTo((0.07 * Math.log(8) + 1) / (0.05 * Math.log(8) + 1));
  }

  @Test
  void shouldEndCompletionsWhereTheGenerationConfigSays() {
    GenerationConfig generation =
        GenerationConfig.read(
            "{\"eos_token_id\": [7, 8], \"bos_token_id\": 5}".getBytes(StandardCharsets.UTF_8));
    byte[] json = ModelFamily.of(ModelConfig.of("gpt2", ModelSizes.tiny())).configJson();
    ModelConfig config = ModelConfig.read(json, generation);
    assertThat(config.eosTokenIds()).containsExactly(7, 8);
    assertThat(config.bosTokenId()).as("config.json names one itself").isEqualTo(1);
  }

  @Test
  void shouldRefuseSizesThatDoNotGoTogether() {
    assertThatThrownBy(
            () -> ModelConfig.of("llama", new ModelSizes(300, 16, 24, 2, 4, 3, 4, 64, true)))
        .hasMessage("num_key_value_heads must divide num_attention_heads, but was 3 and 4");
    assertThatThrownBy(
            () -> ModelConfig.of("gpt2", new ModelSizes(300, 18, 24, 2, 4, 4, 4, 64, true)))
        .hasMessage("n_head must divide n_embd, but was 4 and 18");
    assertThatThrownBy(() -> ModelConfig.of("bert", ModelSizes.tiny()))
        .hasMessageContaining(
            "must be one of [gpt2, llama, mistral, qwen2, qwen3], but was 'bert'");
  }

  private static Rope.Yarn yarn(String keys) {
    String json =
        new String(
            ModelFamily.of(ModelConfig.of("qwen3", ModelSizes.tiny())).configJson(),
            StandardCharsets.UTF_8);
    RotaryConfig config =
        (RotaryConfig)
            read(
                json.replace(
                    "\"rms_norm_eps\"",
                    "\"rope_scaling\" : {\"rope_type\": \"yarn\", %s}, \"rms_norm_eps\""
                        .formatted(keys)));
    return (Rope.Yarn) config.rope().scaling();
  }

  private static RotaryDecoder with(Rope.Scaling scaling) {
    return new RotaryDecoder(
        300, 16, 24, 2, 4, 2, 4, 1e-5, new Rope(10_000, scaling), 64, true, SpecialTokens.DEFAULT);
  }

  private static List<String> weights(String family) {
    return List.copyOf(
        ModelFamily.of(ModelConfig.of(family, ModelSizes.tiny())).weights().keySet());
  }

  private static ModelConfig read(String json) {
    return ModelConfig.read(json.getBytes(StandardCharsets.UTF_8), GenerationConfig.empty());
  }
}
