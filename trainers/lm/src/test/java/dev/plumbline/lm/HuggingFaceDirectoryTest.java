/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.family.Gpt2Config;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.family.MistralConfig;
import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.family.Qwen2Config;
import dev.plumbline.lm.family.Qwen3Config;
import dev.plumbline.lm.family.Rope;
import dev.plumbline.lm.safetensors.ElementType;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories as transformers writes them, and as they come out of ours. */
final class HuggingFaceDirectoryTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "gpt2, F32", "gpt2-hub, F32", "llama, F32", "llama-v4, F32", "llama-bfloat16, BF16",
    "llama-sharded, F32", "mistral, F32", "mistral-v4, BF16", "qwen2, F32", "qwen2-v4, F16",
    "qwen3, F32", "qwen3-v4, F32",
  })
  void shouldReadWhatTransformersSaved(String checkpoint, ElementType type) {
    HuggingFaceDirectory read = HuggingFaceDirectory.read(checkpoint(checkpoint));
    ModelConfig config = read.config();
    assertThat(config.vocabularySize()).isEqualTo(48);
    assertThat(config.hiddenSize()).isEqualTo(16);
    assertThat(config.eosTokenIds()).first().isEqualTo(2);
    assertThat(ModelFamily.of(config).modelType()).isEqualTo(checkpoint.split("-")[0]);
    assertThat(read.weights().keySet())
        .containsExactlyElementsOf(ModelFamily.of(config).weights().keySet());
    assertThat(read.weights().values()).allMatch(weight -> weight.type() == type);
  }

  @Test
  void shouldReadTheConfigsOfBothGenerations() {
    assertThat(((LlamaConfig) config("llama-v4")).rope())
        .isEqualTo(new Rope(500_000, new Rope.Llama3(4, 1, 4, 16)));
    assertThat(((LlamaConfig) config("llama")).rope()).isEqualTo(Rope.of(10_000));
    assertThat(((MistralConfig) config("mistral")).slidingWindow()).isNull();
    assertThat(((MistralConfig) config("mistral-v4")).slidingWindow()).isEqualTo(4096);
    assertThat(((Qwen2Config) config("qwen2")).rope()).isEqualTo(Rope.of(1_000_000));
    assertThat(((Qwen3Config) config("qwen3")).headDim()).isEqualTo(8);
    assertThat(((Gpt2Config) config("gpt2-hub")).intermediateSize()).isEqualTo(64);
    assertThat(config("gpt2-hub")).isEqualTo(config("gpt2"));
  }

  @Test
  void shouldReadShardsAsOneFile() {
    HuggingFaceDirectory sharded = HuggingFaceDirectory.read(checkpoint("llama-sharded"));
    assertThat(sharded.fileOfWeight().values().stream().distinct()).hasSize(4);
    assertThat(((LlamaConfig) sharded.config()).attentionBias()).isTrue();
    assertThat(sharded.weights()).containsKey("model.layers.1.self_attn.o_proj.bias");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 3_000})
  void shouldWriteBackWhatItRead(long shardBytes) throws IOException {
    HuggingFaceDirectory read = HuggingFaceDirectory.read(checkpoint("mistral-v4"));
    HuggingFaceDirectory.write(directory, read.textFiles(), read.weights(), shardBytes);
    HuggingFaceDirectory again = HuggingFaceDirectory.read(directory);
    assertThat(again.config()).isEqualTo(read.config());
    assertThat(again.weights()).isEqualTo(read.weights());
    assertThat(again.textFiles().keySet()).isEqualTo(read.textFiles().keySet());
    assertThat(again.textFiles().get("config.json"))
        .as("a type that stays the same changes no byte")
        .isEqualTo(read.textFiles().get("config.json"));
    assertThat(again.identity().tokenizerSha256()).isEqualTo(read.identity().tokenizerSha256());
  }

  @Test
  void shouldTellModelsApartByTheBytesOfAllShards() throws IOException {
    HuggingFaceDirectory read = HuggingFaceDirectory.read(checkpoint("llama-sharded"));
    ModelIdentity identity = read.identity();
    HuggingFaceDirectory.write(directory, read.textFiles(), read.weights(), 6_000);
    Path last = last(directory);
    String before = HuggingFaceDirectory.read(directory).identity().weightsSha256();
    SafeTensors content = SafeTensors.parse(Files.readAllBytes(last));
    Map<String, TensorData> changed = new TreeMap<>(content.tensors());
    changed.replaceAll((name, tensor) -> negated(tensor));
    Files.write(last, SafeTensors.of(changed, content.metadata()).toBytes());
    assertThat(HuggingFaceDirectory.read(directory).identity().weightsSha256())
        .isNotEqualTo(before);
    assertThat(read.identity()).isEqualTo(identity);
  }

  @Test
  void shouldFollowTheLinksOfTheHubsCache() throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("models--a--b/blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("models--a--b/snapshots/0123"));
    try (Stream<Path> files = Files.list(checkpoint("llama-sharded"))) {
      for (Path file : files.toList()) {
        Path blob = blobs.resolve("blob-of-" + file.getFileName());
        Files.copy(file, blob);
        Files.createSymbolicLink(snapshot.resolve(file.getFileName()), snapshot.relativize(blob));
      }
    }
    assertThat(HuggingFaceDirectory.read(snapshot).weights()).isNotEmpty();
  }

  @Test
  void shouldAcceptTheCopyOfTiedEmbeddings() throws IOException {
    ModelSizes sizes = new ModelSizes(300, 16, 24, 2, 4, 2, 4, 64, true);
    Map<String, byte[]> files =
        new RandomCheckpoint(ModelConfig.of("llama", sizes), ElementType.BF16, 1).files();
    SafeTensors content = SafeTensors.parse(files.get("model.safetensors"));
    Map<String, TensorData> tensors = new TreeMap<>(content.tensors());
    TensorData embedding = tensors.get("model.embed_tokens.weight");
    for (TensorData copy :
        new TensorData[] {embedding, TensorData.of(embedding.toFloats(), embedding.shape())}) {
      tensors.put("lm_head.weight", copy);
      files.put("model.safetensors", SafeTensors.of(tensors, content.metadata()).toBytes());
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
      assertThat(HuggingFaceDirectory.read(directory).weights())
          .doesNotContainKey("lm_head.weight");
    }
  }

  @Test
  void shouldLeaveOutTheBuffersOfOldCheckpoints() throws IOException {
    Map<String, byte[]> files =
        new RandomCheckpoint(ModelConfig.of("llama", ModelSizes.tiny()), ElementType.F32, 1)
            .files();
    SafeTensors content = SafeTensors.parse(files.get("model.safetensors"));
    Map<String, TensorData> tensors = new TreeMap<>(content.tensors());
    tensors.put(
        "model.layers.0.self_attn.rotary_emb.inv_freq", TensorData.of(new float[] {1, 0.1f}, 2));
    files.put("model.safetensors", SafeTensors.of(tensors, content.metadata()).toBytes());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
    assertThat(HuggingFaceDirectory.read(directory).weights().keySet())
        .isEqualTo(content.tensors().keySet());
  }

  @Test
  void shouldKeepTheFilesThatAServerNeedsBesideTheWeights() throws IOException {
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages }}");
    Files.writeString(directory.resolve("README.md"), "not a part of the model");
    new RandomCheckpoint(ModelConfig.of("gpt2", ModelSizes.tiny()), ElementType.F32, 1)
        .writeTo(directory, Long.MAX_VALUE);
    Map<String, byte[]> kept = HuggingFaceDirectory.describe(directory).textFiles();
    assertThat(kept)
        .containsEntry("chat_template.jinja", "{{ messages }}".getBytes(StandardCharsets.UTF_8))
        .containsKey("tokenizer_config.json")
        .doesNotContainKey("README.md");
  }

  private static ModelConfig config(String checkpoint) {
    return HuggingFaceDirectory.describe(checkpoint(checkpoint)).config();
  }

  private static Path checkpoint(String name) {
    try {
      return Path.of(HuggingFaceDirectoryTest.class.getResource("checkpoints/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path last(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  private static TensorData negated(TensorData tensor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return TensorData.of(values, tensor.shape());
  }
}
