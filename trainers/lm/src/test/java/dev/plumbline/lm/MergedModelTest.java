/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MergedModelTest {
  private static final List<TokenRow> ROWS =
      List.of(
          new TokenRow(new int[] {1, 7, 9, 30, 12, 41, 5}, 2),
          new TokenRow(new int[] {1, 44, 3, 3, 17}, 1));

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-lora",
        "llama-rslora",
        "llama-dora",
        "llama-embedding",
        "llama-layers",
        "qwen2-lora",
        "qwen3-lora",
        "qwen3-dora",
        "gpt2-lora",
        "gpt2-rslora",
        "gpt2-dora",
        "gpt2-embedding"
      })
  void shouldComputeWithoutTheAdapterWhatTheBaseComputesWithIt(String adapter) throws IOException {
    Path base = base(adapter);
    Path peft = ReferenceResources.directory("peft/" + adapter);
    Path wide = directory.resolve("wide");
    Path narrow = directory.resolve("narrow");

    MergedModel.write(base, peft, wide, MergedModel.Type.FLOAT64);
    MergedModel.write(base, peft, narrow, MergedModel.Type.FLOAT32);

    assertSameScores(base, peft, wide, Precision.FLOAT64, 1e-10);
    assertSameScores(base, peft, narrow, Precision.FLOAT64, 1e-6);
    assertSameScores(base, peft, narrow, Precision.FLOAT32, 1e-5);
  }

  @Test
  void shouldWriteAWholeDirectoryInTheBasesType() throws IOException {
    Path base = ReferenceResources.directory("checkpoints/llama-bfloat16");
    Path output = directory.resolve("new/merged");

    MergedModel merged =
        MergedModel.write(
            base,
            ReferenceResources.directory("peft/llama-lora"),
            output,
            MergedModel.Type.AS_BASE);

    assertThat(merged).isEqualTo(new MergedModel(output, 4, false));
    assertThat(names(output))
        .containsExactlyInAnyOrder(
            "README.md",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json");
    for (String copied :
        List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
      assertThat(output.resolve(copied)).hasSameBinaryContentAs(base.resolve(copied));
    }
    assertThat(Files.readString(output.resolve("README.md")))
        .startsWith("---\nbase_model: \"llama-bfloat16\"\n")
        .contains("| target_modules | q_proj, v_proj |");
    assertThat(names(directory.resolve("new"))).containsExactly("merged");
    Map<String, TensorData> before = tensors(base);
    Map<String, TensorData> after = tensors(output);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach(
        (name, tensor) -> {
          assertThat(tensor.type()).isEqualTo(ElementType.BF16);
          boolean adapted = name.contains("q_proj") || name.contains("v_proj");
          assertThat(tensor.equals(before.get(name))).as(name).isEqualTo(!adapted);
        });
    CausalLanguageModel.load(output, EngineOptions.defaults()).close();
  }

  @Test
  void shouldSeparateATiedOutputMatrixFromAnAdaptedEmbedding() throws IOException {
    Path base = ReferenceResources.directory("checkpoints/gpt2");

    MergedModel merged =
        MergedModel.write(
            base,
            ReferenceResources.directory("peft/gpt2-embedding"),
            directory.resolve("merged"),
            MergedModel.Type.AS_BASE);

    assertThat(merged.separated()).isTrue();
    assertThat(merged.modules()).isEqualTo(3);
    TensorData embedding = tensors(base).get("transformer.wte.weight");
    Map<String, TensorData> after = tensors(merged.directory());
    assertThat(after.get("lm_head.weight")).isEqualTo(embedding);
    assertThat(after.get("transformer.wte.weight")).isNotEqualTo(embedding);
    assertThat(Files.readString(merged.directory().resolve("config.json")))
        .contains("\"tie_word_embeddings\" : false");
  }

  @Test
  void shouldLeaveNothingUnfinishedBehind() throws IOException {
    Path base = ReferenceResources.directory("checkpoints/llama");
    Path adapter = ReferenceResources.directory("peft/llama-lora");
    Path output = directory.resolve("merged");

    assertThatThrownBy(
            () ->
                MergedModel.write(
                    base,
                    ReferenceResources.directory("peft/gpt2-lora"),
                    output,
                    MergedModel.Type.AS_BASE))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("adapter_config.json: target_modules has 'c_attn'");
    Path enlarged = enlarged(adapter);
    assertThatThrownBy(() -> MergedModel.write(base, enlarged, output, MergedModel.Type.FLOAT16))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(
            "merged weights of type F16: tensor 'model.layers.0.self_attn.q_proj");
    assertThat(names(directory)).containsExactly("enlarged");
    Files.createFile(
        Files.createDirectory(directory.resolve(".merged.unfinished")).resolve("left"));
    MergedModel.write(base, adapter, output, MergedModel.Type.AS_BASE);
    assertThat(names(directory)).containsExactlyInAnyOrder("enlarged", "merged");
    assertThatThrownBy(() -> MergedModel.write(base, adapter, directory, MergedModel.Type.AS_BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the output directory must be new or empty, but %s holds files", directory);
  }

  /** An adapter whose product float16 can't hold. */
  private Path enlarged(Path adapter) throws IOException {
    Path enlarged = Files.createDirectory(directory.resolve("enlarged"));
    Files.copy(adapter.resolve("adapter_config.json"), enlarged.resolve("adapter_config.json"));
    Map<String, TensorData> tensors =
        new TreeMap<>(SafeTensors.map(adapter.resolve("adapter_model.safetensors")).tensors());
    tensors.replaceAll(
        (name, tensor) -> {
          float[] values = tensor.toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] *= 1e5f;
          }
          return TensorData.of(values, tensor.shape());
        });
    Files.write(
        enlarged.resolve("adapter_model.safetensors"), SafeTensors.of(tensors, Map.of()).toBytes());
    return enlarged;
  }

  private static void assertSameScores(
      Path base, Path adapter, Path merged, Precision precision, double tolerance) {
    EngineOptions options = new EngineOptions(1, "cpu", precision);
    try (CausalLanguageModel model = CausalLanguageModel.load(base, options);
        LoraAdapter read = PeftDirectory.read(model, adapter);
        CausalLanguageModel alone = CausalLanguageModel.load(merged, options)) {
      TokenStatistics expected = model.score(ROWS, read);
      TokenStatistics found = alone.score(ROWS, Adapter.none());
      for (int row = 0; row < ROWS.size(); row++) {
        for (int t = 0; t < ROWS.get(row).labels(); t++) {
          double logProb = expected.logProb(row, t);
          assertThat(found.logProb(row, t))
              .isCloseTo(logProb, within(tolerance * Math.max(1, Math.abs(logProb))));
        }
      }
    }
  }

  private static Path base(String adapter) {
    return ReferenceResources.directory("checkpoints/" + adapter.replaceFirst("-.*", ""));
  }

  private static Map<String, TensorData> tensors(Path model) throws IOException {
    return SafeTensors.map(model.resolve("model.safetensors")).tensors();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
