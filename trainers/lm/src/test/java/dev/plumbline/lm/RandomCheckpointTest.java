/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RandomCheckpointTest {
  @TempDir private Path directory;

  static Stream<String> families() {
    return ModelConfig.families().stream();
  }

  @ParameterizedTest
  @MethodSource("families")
  void shouldMakeEveryWeightMatter(String family) throws IOException {
    ModelConfig config = ModelConfig.of(family, ModelSizes.tiny());
    new RandomCheckpoint(config, ElementType.F32, 3).writeTo(directory, Long.MAX_VALUE);
    HuggingFaceDirectory read = HuggingFaceDirectory.read(directory);
    assertThat(read.config()).isEqualTo(config);
    for (Map.Entry<String, TensorData> weight : read.weights().entrySet()) {
      double[] values = weight.getValue().toDoubles();
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      assertThat(variance).as(weight.getKey()).isGreaterThan(0.001);
      assertThat(values).as(weight.getKey()).doesNotContain(0);
    }
  }

  @Test
  void shouldBeAFunctionOfItsSeedWhereverItIsWritten() throws IOException {
    ModelConfig config = ModelConfig.of("qwen3", ModelSizes.tiny());
    RandomCheckpoint checkpoint = new RandomCheckpoint(config, ElementType.F32, 3);
    Map<String, byte[]> files = checkpoint.files();
    assertThat(files.keySet())
        .isEqualTo(
            Set.of(
                "config.json",
                "generation_config.json",
                "model.safetensors",
                "tokenizer.json",
                "tokenizer_config.json"));
    assertThat(checkpoint.files()).containsExactlyEntriesOf(files);
    checkpoint.writeTo(directory, 10_000);
    HuggingFaceDirectory sharded = HuggingFaceDirectory.read(directory);
    assertThat(sharded.fileOfWeight().values().stream().distinct()).hasSizeGreaterThan(2);
    checkpoint
        .weights()
        .forEach((name, drawn) -> assertThat(sharded.weights()).containsEntry(name, drawn.read()));
    assertThat(new RandomCheckpoint(config, ElementType.F32, 4).files().get("model.safetensors"))
        .isNotEqualTo(files.get("model.safetensors"));
  }

  @Test
  void shouldSayInItsConfigWhichTypeTheWeightsHave() throws IOException {
    ModelConfig config = ModelConfig.of("mistral", ModelSizes.tiny());
    new RandomCheckpoint(config, ElementType.BF16, 3).writeTo(directory, Long.MAX_VALUE);
    HuggingFaceDirectory read = HuggingFaceDirectory.read(directory);
    assertThat(new String(read.textFiles().get("config.json"), StandardCharsets.UTF_8))
        .contains("\"torch_dtype\" : \"bfloat16\"");
    assertThat(read.weights().values()).allMatch(weight -> weight.type() == ElementType.BF16);
  }

  @Test
  void shouldAskForAVocabularyThatHoldsItsTokenizer() {
    ModelConfig config = ModelConfig.of("llama", new ModelSizes(100, 16, 24, 2, 4, 2, 4, 64, true));
    assertThatThrownBy(() -> new RandomCheckpoint(config, ElementType.F32, 3))
        .hasMessage(
            "vocab_size must be at least 280 (the ids of the byte-level tokenizer), but was 100");
  }
}
