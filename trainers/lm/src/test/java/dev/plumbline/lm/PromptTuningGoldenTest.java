/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.SafeTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Soft prompts as PEFT saved them: what is computed behind them, and their gradients. */
final class PromptTuningGoldenTest {
  private static final int LEVEL = 2;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
  void shouldComputeWhatPeftComputesBehindASoftPrompt(String family) throws IOException {
    Path prompted = ReferenceResources.directory("prompted/" + family);
    SafeTensors golden = SafeTensors.map(prompted.resolve("golden.safetensors"));
    int[] ids = ids(golden);
    double[] logits = golden.tensors().get("logits").toDoubles();
    double[] cotangent = golden.tensors().get("cotangent").toDoubles();
    double[] expected = golden.tensors().get("grad.prompt_embeddings").toDoubles();
    int vocabulary = logits.length / ids.length;
    // Every id in the place of every label, and of the one after the row: the whole distribution.
    List<TokenRow> rows = new ArrayList<>();
    for (int t = 0; t < ids.length; t++) {
      for (int v = 0; v < vocabulary; v++) {
        int[] row = Arrays.copyOf(ids, t + 2);
        row[t + 1] = v;
        rows.add(new TokenRow(row, t + 1).under(LEVEL));
      }
    }
    ForwardRequest request =
        ForwardRequest.of(Statistic.LOG_PROB, Statistic.MEAN_LOGIT).over(LabelScope.COMPLETION);
    try (CausalLanguageModel model =
            CausalLanguageModel.load(
                ReferenceResources.directory("checkpoints/" + family),
                new EngineOptions(1, "cpu", Precision.FLOAT64));
        ControlAdapter adapter = ControlDirectory.read(model, files(prompted));
        ForwardPass pass = model.forward(rows, adapter, request)) {
      double[][] byLogProb = new double[rows.size()][];
      double[][] byMean = new double[rows.size()][];
      for (int t = 0; t < ids.length; t++) {
        double[] of = Arrays.copyOfRange(logits, t * vocabulary, (t + 1) * vocabulary);
        double mean = Arrays.stream(of).average().orElseThrow();
        double total = Math.log(Arrays.stream(of).map(Math::exp).sum());
        double sumOfCotangents = 0;
        for (int v = 0; v < vocabulary; v++) {
          int row = t * vocabulary + v;
          assertThat(pass.statistics().logProb(row, t)).isCloseTo(of[v] - total, within(1e-10));
          assertThat(pass.statistics().value(Statistic.MEAN_LOGIT, row, t))
              .isCloseTo(mean, within(1e-10));
          byLogProb[row] = new double[t + 1];
          byMean[row] = new double[t + 1];
          byLogProb[row][t] = cotangent[row];
          sumOfCotangents += cotangent[row];
        }
        // sum c_v logit_v = sum c_v log p_v + (sum c) log Z, with log Z = mean logit - mean log p
        for (int v = 0; v < vocabulary; v++) {
          byLogProb[t * vocabulary + v][t] -= sumOfCotangents / vocabulary;
        }
        byMean[t * vocabulary][t] = sumOfCotangents;
      }
      try (Gradients gradients =
          pass.pullBack(Map.of(Statistic.LOG_PROB, byLogProb, Statistic.MEAN_LOGIT, byMean))) {
        double[] found = gradients.values(ControlAdapter.SOFT_PROMPTS);
        assertThat(Arrays.copyOf(found, expected.length)).containsOnly(0);
        assertThat(Arrays.copyOfRange(found, expected.length, found.length))
            .containsExactly(expected, within(1e-8));
      }
    }
  }

  /** PEFT's prompt as the second of a bank. */
  private static Map<String, byte[]> files(Path prompted) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (int level = 1; level <= LEVEL; level++) {
      for (String name : List.of(PeftDirectory.CONFIG_FILE, PeftDirectory.WEIGHTS_FILE)) {
        files.put("prompt-" + level + "/" + name, Files.readAllBytes(prompted.resolve(name)));
      }
    }
    files.put(
        ControlDirectory.FILE,
        """
        {"format": "plumbline-control", "format_version": 1, "levels": 3, "prompt_vectors": 3,
         "output_bias": false, "lora": false}
        """
            .getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private static int[] ids(SafeTensors golden) throws IOException {
    JsonNode ids = new ObjectMapper().readTree(golden.metadata().get("golden")).path("ids");
    int[] row = new int[ids.size()];
    for (int t = 0; t < row.length; t++) {
      row[t] = ids.get(t).intValue();
    }
    return row;
  }
}
