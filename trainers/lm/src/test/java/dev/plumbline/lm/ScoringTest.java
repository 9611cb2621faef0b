/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.safetensors.SafeTensors;
import dev.plumbline.lm.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoringTest {
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
  void shouldScoreAFreshAdapterExactlyAsTheReference() {
    List<TokenRow> rows = TinyModel.rows(5, 1);
    try (LoraAdapter adapter = LoraAdapter.initialize(model, LoraConfig.of(2, 4), 9)) {
      assertThat(logProbs(model.score(rows, adapter)))
          .isDeepEqualTo(logProbs(model.score(rows, Adapter.none())));
    }
  }

  @Test
  void shouldScoreTheSameWithAndWithoutAGraph() {
    List<TokenRow> rows = TinyModel.rows(5, 1);
    try (LoraAdapter adapter = TinyModel.trainedAdapter(model, 9);
        ForwardPass pass = model.forward(rows, adapter)) {
      double[][] scored = logProbs(model.score(rows, adapter));
      assertThat(logProbs(pass.statistics())).isDeepEqualTo(scored);
      assertThat(scored[0]).isNotEqualTo(logProbs(model.score(rows, Adapter.none()))[0]);
    }
  }

  @Test
  void shouldScoreAPaddedBatchAsSingleRows() {
    List<TokenRow> rows = TinyModel.rows(8, 2);
    double[][] batch = logProbs(model.score(rows, Adapter.none()));
    for (int row = 0; row < rows.size(); row++) {
      double[] single = model.score(List.of(rows.get(row)), Adapter.none()).logProbs(0);
      assertThat(batch[row]).containsExactly(single, within(1e-5));
    }
  }

  @Test
  void shouldScoreAnAdapterAsTheModelWithMergedWeights(@TempDir Path directory) throws IOException {
    List<TokenRow> rows = TinyModel.rows(4, 3);
    try (LoraAdapter adapter = TinyModel.trainedAdapter(model, 9)) {
      double[][] adapted = logProbs(model.score(rows, adapter));
      Map<String, byte[]> files = new TreeMap<>(model.files());
      files.computeIfPresent("model.safetensors", (name, bytes) -> merged(bytes, adapter));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
      try (CausalLanguageModel merged =
          CausalLanguageModel.load(directory, EngineOptions.defaults())) {
        double[][] expected = logProbs(merged.score(rows, Adapter.none()));
        for (int row = 0; row < rows.size(); row++) {
          assertThat(adapted[row]).containsExactly(expected[row], within(1e-5));
        }
      }
    }
  }

  @Test
  void shouldRefuseRowsThatDoNotFitTheModel() {
    assertThatThrownBy(() -> model.score(List.of(), Adapter.none()))
        .hasMessage("a batch needs at least one row");
    assertThatThrownBy(
            () -> model.score(List.of(new TokenRow(new int[] {1, 300}, 1)), Adapter.none()))
        .hasMessage("token ids must be in [0, 300), but row 0 had 300");
    assertThatThrownBy(() -> model.score(List.of(new TokenRow(new int[65], 1)), Adapter.none()))
        .hasMessage("row 0 has 65 tokens, but the model's longest row is 64");
  }

  @Test
  void shouldRefuseRowsWithoutCompletion() {
    assertThatThrownBy(() -> new TokenRow(new int[] {1, 2}, 2))
        .hasMessageContaining("at least one completion token");
    assertThatThrownBy(() -> new TokenRow(new int[] {1, 2}, 0))
        .hasMessageContaining("completionStart must be at least 1");
    assertThatThrownBy(() -> new TokenRow(new int[] {1, -2}, 1))
        .hasMessage("token ids must not be negative, but ids[1] was -2");
  }

  @Test
  void shouldSumCompletionTokensOnly() {
    List<TokenRow> rows = List.of(TokenRow.of(new int[] {1, 5}, new int[] {6, 2}));
    TokenStatistics statistics =
        new TokenStatistics(rows, Map.of(Statistic.LOG_PROB, new double[][] {{-1, -2, -4}}));
    assertThat(statistics.completionMask(0)).containsExactly(false, true, true);
    assertThat(statistics.completionLogProb(0)).isEqualTo(-6);
    assertThat(statistics.completionTokens(0)).isEqualTo(2);
    NextTokenLoss loss = NextTokenLoss.of(statistics);
    assertThat(loss.value()).isEqualTo(3);
    assertThat(loss.logProbDerivatives()).isDeepEqualTo(new double[][] {{0, -0.5, -0.5}});
  }

  private static byte[] merged(byte[] weightsFile, LoraAdapter adapter) {
    SafeTensors file = SafeTensors.parse(weightsFile);
    Map<String, TensorData> weights = new TreeMap<>(file.tensors());
    for (String a : adapter.parameters().names()) {
      if (a.endsWith(".lora_A.weight")) {
        String module = a.substring("base_model.model.".length(), a.indexOf(".lora_A"));
        weights.computeIfPresent(
            module + ".weight",
            (name, weight) ->
                merged(
                    weight,
                    adapter.parameters().values(a),
                    adapter.parameters().values(a.replace("lora_A", "lora_B")),
                    adapter.config()));
      }
    }
    return SafeTensors.of(weights, file.metadata()).toBytes();
  }

  /** W + alpha / r * B A. */
  private static TensorData merged(TensorData weight, double[] a, double[] b, LoraConfig config) {
    float[] values = weight.toFloats();
    int in = (int) weight.shape()[1];
    int rank = config.rank();
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < rank; k++) {
        values[i] += (float) (config.factor() * b[i / in * rank + k] * a[k * in + i % in]);
      }
    }
    return TensorData.of(values, weight.shape());
  }

  private static double[][] logProbs(TokenStatistics statistics) {
    double[][] logProbs = new double[statistics.rows().size()][];
    for (int row = 0; row < logProbs.length; row++) {
      logProbs[row] = statistics.logProbs(row);
    }
    return logProbs;
  }
}
