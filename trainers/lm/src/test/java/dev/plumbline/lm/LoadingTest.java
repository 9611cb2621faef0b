/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadingTest {
  @TempDir private Path directory;
  private ModelIdentity identity;
  private TokenStatistics scored;

  @BeforeEach
  void save() throws IOException {
    try (CausalLanguageModel model = TinyModel.open(Precision.FLOAT32)) {
      identity = model.identity();
      scored = model.score(TinyModel.rows(3, 1), Adapter.none());
      for (Map.Entry<String, byte[]> file : model.files().entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
    }
  }

  @Test
  void shouldLoadWhatItSaved() {
    try (CausalLanguageModel model = load()) {
      assertThat(model.config()).isEqualTo(TinyModel.CONFIG);
      assertThat(model.identity().weightsSha256()).isEqualTo(identity.weightsSha256());
      identity.requireSame(model.identity());
      TokenStatistics again = model.score(TinyModel.rows(3, 1), Adapter.none());
      for (int row = 0; row < 3; row++) {
        assertThat(again.logProbs(row)).containsExactly(scored.logProbs(row));
      }
      assertThat(model.tokenizer().decode(model.tokenizer().encode("the cat")))
          .isEqualTo("the cat");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json"})
  void shouldNameTheMissingFile(String file) throws IOException {
    Files.delete(directory.resolve(file));
    assertRefused(directory.resolve(file) + ": the file is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, not valid JSON",
    "model.safetensors, truncated",
    "tokenizer.json, not valid JSON"
  })
  void shouldNameTheTruncatedFile(String file, String reason) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(file));
    Files.write(directory.resolve(file), Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(file + ": " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model_type\" : \"llama\" | \"model_type\" : \"mamba\" | model_type must be one of [gpt2, llama, mistral, qwen2, qwen3], but was 'mamba'",
        "\"hidden_act\" : \"silu\" | \"hidden_act\" : \"gelu\" | hidden_act must be 'silu'",
        "\"attention_bias\" : false | \"attention_bias\" : true | tensor 'model.layers.0.self_attn.q_proj.bias' is missing",
        "\"vocab_size\" : 300 | \"rope_scaling\" : {\"rope_type\": \"dynamic\"}, \"vocab_size\" : 300 | rope_scaling.rope_type must be 'default', 'linear', 'llama3' or 'yarn', but was \"dynamic\"",
        "\"vocab_size\" : 300 | \"vocab_size\" : 301 | tensor 'model.embed_tokens.weight' has shape [300, 16], but the configuration asks for [301, 16]",
        "\"num_hidden_layers\" : 2 | \"num_hidden_layers\" : 3 | tensor 'model.layers.2.self_attn.q_proj.weight' is missing",
        "\"num_hidden_layers\" : 2 | \"num_hidden_layers\" : 1 | tensor 'model.layers.1.input_layernorm.weight' is not part of such a model",
        "\"num_key_value_heads\" : 2 | \"num_key_value_heads\" : 3 | num_key_value_heads must divide num_attention_heads, but was 3 and 4",
        "\"eos_token_id\" : 2 | \"eos_token_id\" : [2, \"b\"] | eos_token_id must be an id or a list of ids, but was [2,\"b\"]",
        "\"hidden_size\" : 16 | \"hiddensize\" : 16 | hidden_size must be an integer, but was missing",
      })
  void shouldRefuseAConfigItCanNotHonour(String from, String to, String reason) throws IOException {
    Path config = directory.resolve("config.json");
    String json = Files.readString(config);
    assertThat(json).contains(from);
    Files.writeString(config, json.replace(from, to));
    assertRefused(reason);
  }

  @Test
  void shouldRefuseATokenizerWithIdsBeyondTheVocabulary() throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replace("\"ÿ\" : 258", "\"ÿ\" : 5258"));
    assertRefused("tokenizer.json: holds id 5258, but the model's vocab_size is 300");
  }

  @Test
  void shouldRefuseIntegerWeights() throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve("model.safetensors"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(
        directory.resolve("model.safetensors"),
        text.replaceFirst("F32", "I32").getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("has type I32");
  }

  @Test
  void shouldIgnoreTheCopyOfTiedEmbeddings() throws IOException {
    SafeTensors file =
        SafeTensors.parse(Files.readAllBytes(directory.resolve("model.safetensors")));
    Map<String, TensorData> tensors = new TreeMap<>(file.tensors());
    tensors.put("lm_head.weight", tensors.get("model.embed_tokens.weight"));
    Files.write(
        directory.resolve("model.safetensors"), SafeTensors.of(tensors, file.metadata()).toBytes());
    load().close();
  }

  @Test
  void shouldReadRopeThetaFromEitherGenerationOfTheFormat() throws IOException {
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"rope_theta\" : 10000.0",
                "\"rope_parameters\" : {\"rope_type\": \"default\", \"rope_theta\": 500.0}"));
    try (CausalLanguageModel model = load()) {
      assertThat(((LlamaConfig) model.config()).rope().theta()).isEqualTo(500);
    }
  }

  @Test
  void shouldNameBothModelsOfALineageThatDiffer() {
    ModelIdentity other =
        new ModelIdentity(
            "0".repeat(64), identity.tokenizerSha256(), identity.configSha256(), "other");
    assertThatThrownBy(() -> identity.requireSame(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the lineage is built on 'tiny', but the model given is 'other'")
        .hasMessageContaining("weights " + identity.weightsSha256().substring(0, 12))
        .hasMessageNotContaining("tokenizer");
  }

  @Test
  void shouldTellWhatBytesDependOn() {
    try (CausalLanguageModel model = load()) {
      EngineFingerprint fingerprint = model.fingerprint();
      assertThat(fingerprint.threads()).isEqualTo(1);
      assertThat(fingerprint.libtorchVersion()).startsWith("2.7.1");
      assertThat(fingerprint.djlVersion()).startsWith("0.35.1");
      assertThat(List.of(fingerprint.architecture(), fingerprint.cpuFeatures()))
          .noneMatch(String::isBlank);
    }
  }

  private CausalLanguageModel load() {
    return CausalLanguageModel.load(directory, EngineOptions.defaults());
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::load)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }
}
