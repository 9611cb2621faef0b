/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.family.ModelFamily;
import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * One Llama block against numbers computed by llama2.c's model in double precision. The block is
 * put into a model of one layer whose embedding holds the inputs and whose output projection is the
 * identity, so that the model's log-probabilities are the log-softmax of the normed block output.
 */
final class LlamaOracleTest {
  private static final double TOLERANCE = 1e-10;

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> shouldMatchEveryBlockInHuggingFaceLayout() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode block : Oracles.read("llama_block.json").path("cases")) {
      if (block.path("kind").asText().equals("llama_block_hf_half_split_rope")) {
        tests.add(DynamicTest.dynamicTest(block.path("config").toString(), () -> check(block)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private void check(JsonNode block) throws IOException {
    JsonNode c = block.path("config");
    int width = c.path("dim").asInt();
    TensorData x = Oracles.tensor(block.path("inputs").path("x"));
    TensorData y = Oracles.tensor(block.path("expected").path("y"));
    int rows = (int) x.shape()[0];
    int length = (int) x.shape()[1];
    LlamaConfig config =
        new LlamaConfig(
            width,
            width,
            c.path("hidden_dim").asInt(),
            1,
            c.path("n_heads").asInt(),
            c.path("n_kv_heads").asInt(),
            c.path("head_dim").asInt(),
            c.path("norm_eps").asDouble(),
            c.path("rope_theta").asDouble(),
            length,
            false,
            1,
            2);
    Path folder = Files.createDirectories(directory.resolve("heads" + config.attentionHeads()));
    write(folder, config, x, block.path("inputs").path("weights"));
    try (CausalLanguageModel model =
        CausalLanguageModel.load(folder, new EngineOptions(1, "cpu", Precision.FLOAT64))) {
      List<TokenRow> batch =
          IntStream.range(0, rows)
              .mapToObj(
                  row ->
                      new TokenRow(IntStream.range(row * length, (row + 1) * length).toArray(), 1))
              .toList();
      TokenStatistics statistics = model.score(batch, Adapter.none());
      for (int row = 0; row < rows; row++) {
        for (int t = 0; t < length - 1; t++) {
          int start = (row * length + t) * width;
          double[] output = Arrays.copyOfRange(y.toDoubles(), start, start + width);
          assertThat(statistics.logProb(row, t))
              .as("row %d, position %d", row, t)
              .isCloseTo(
                  logSoftmax(normed(output, config.rmsNormEpsilon()))[row * length + t + 1],
                  within(TOLERANCE));
        }
      }
    }
  }

  private static void write(Path folder, LlamaConfig config, TensorData x, JsonNode blockWeights)
      throws IOException {
    int width = config.hiddenSize();
    double[] identity = new double[width * width];
    IntStream.range(0, width).forEach(i -> identity[i * width + i] = 1);
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    Map<String, TensorData> weights = new TreeMap<>();
    weights.put(
        "model.embed_tokens.weight",
        TensorData.of(Arrays.copyOf(x.toDoubles(), width * width), width, width));
    weights.put("lm_head.weight", TensorData.of(identity, width, width));
    weights.put("model.norm.weight", TensorData.of(ones, width));
    for (Map.Entry<String, JsonNode> weight : blockWeights.properties()) {
      weights.put("model.layers.0." + weight.getKey(), Oracles.tensor(weight.getValue()));
    }
    Files.write(folder.resolve("config.json"), ModelFamily.of(config).configJson());
    Files.write(folder.resolve("model.safetensors"), SafeTensors.of(weights, Map.of()).toBytes());
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
        """);
  }

  private static double[] normed(double[] x, double epsilon) {
    double meanSquare = Arrays.stream(x).map(v -> v * v).average().orElseThrow();
    return Arrays.stream(x).map(v -> v / Math.sqrt(meanSquare + epsilon)).toArray();
  }

  private static double[] logSoftmax(double[] x) {
    double logSum = Math.log(Arrays.stream(x).map(Math::exp).sum());
    return Arrays.stream(x).map(v -> v - logSum).toArray();
  }
}
