/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void shouldNameATokenizerThatIsTruncated() throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    byte[] bytes = Files.readAllBytes(tokenizer);
    Files.write(tokenizer, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused("tokenizer.json: not valid JSON");
  }

  @Test
  void shouldRefuseATokenizerWithIdsBeyondTheVocabulary() throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replace("\"ÿ\" : 258", "\"ÿ\" : 5258"));
    assertRefused("tokenizer.json: holds id 5258, but the model's vocab_size is 300");
  }

  @Test
  void shouldNameTheWeightThatIsNotFinite() throws IOException {
    SafeTensors file =
        SafeTensors.parse(Files.readAllBytes(directory.resolve("model.safetensors")));
    Map<String, TensorData> tensors = new TreeMap<>(file.tensors());
    float[] norm = tensors.get("model.norm.weight").toFloats();
    norm[5] = Float.NaN;
    tensors.put("model.norm.weight", TensorData.of(norm, norm.length));
    Files.write(
        directory.resolve("model.safetensors"), SafeTensors.of(tensors, file.metadata()).toBytes());
    assertRefused(
        directory.resolve("model.safetensors")
            + ": tensor 'model.norm.weight' must be finite, but was not at index 5 of 16");
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
