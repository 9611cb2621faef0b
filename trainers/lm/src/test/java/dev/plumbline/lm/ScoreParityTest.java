/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.reference.ReferenceModel;
import dev.plumbline.lm.reference.ReferencePass;
import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.reference.ReferenceTensor;
import dev.plumbline.lm.safetensors.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scalar head on every family's tensor program against the plain-Java reference model, whose
 * output layer it takes the place of: the score of every token, the gradient of every weight.
 */
final class ScoreParityTest {
  @TempDir private static Path folder;

  static Stream<String> everyFamily() {
    return ModelConfig.families().stream().flatMap(family -> Stream.of(family, family + "-tied"));
  }

  private static Path directory(String checkpoint) {
    ModelSizes tiny = new ModelSizes(280, 16, 24, 2, 4, 2, 4, 64, checkpoint.endsWith("-tied"));
    Path directory = folder.resolve(checkpoint);
    try {
      if (!Files.exists(directory)) {
        Files.createDirectory(directory);
        ModelConfig config = ModelConfig.of(checkpoint.replace("-tied", ""), tiny);
        new RandomCheckpoint(config, ElementType.F32, 11).writeTo(directory, 1 << 14);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  @ParameterizedTest
  @MethodSource("everyFamily")
  void shouldScoreEveryTokenAndComputeTheGradientOfEveryWeight(String checkpoint) {
    Path directory = directory(checkpoint);
    List<TokenRow> rows = rows();
    double[][] derivatives = derivatives(rows);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
      double values = precision == Precision.FLOAT64 ? 1e-10 : 1e-5;
      double relative = precision == Precision.FLOAT64 ? 1e-9 : 1e-3;
      try (CausalLanguageModel model =
              CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", precision));
          ScalarHead head = ScalarHead.initialize(model, 5)) {
        List<ReferencePass> passes = reference(directory, head, rows);
        Map<String, double[]> gradients = pullBack(passes, derivatives);
        for (ScoreRequest request : ways()) {
          assertScores(model.scores(rows, Adapter.none(), head, request), passes, values);
          try (ScorePass pass = model.forwardScoresFull(rows, model.weights(), head, request);
              Gradients found = pass.pullBack(derivatives)) {
            assertScores(pass.scores(), passes, values);
            assertThat(found.names()).isEqualTo(names(model, head));
            for (String name : found.names()) {
              assertClose(found.values(name), gradients.get(name), relative, name);
            }
          }
          try (ScorePass pass = model.forwardHead(rows, Adapter.none(), head, request);
              Gradients found = pass.pullBack(derivatives)) {
            assertScores(pass.scores(), passes, values);
            assertThat(found.names()).containsExactly("score.weight");
            assertClose(
                found.values("score.weight"), gradients.get("score.weight"), relative, "head");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-rslora", "qwen2-lora", "qwen3-dora", "gpt2-dora", "gpt2-embedding"})
  void shouldComputeTheGradientOfEveryAdapterTensor(String name) {
    Path directory =
        ReferenceResources.directory("checkpoints/" + name.substring(0, name.indexOf('-')));
    Path adapterDirectory = ReferenceResources.directory("peft/" + name);
    List<TokenRow> rows = rows();
    double[][] derivatives = derivatives(rows);
    try (CausalLanguageModel model =
            CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.FLOAT64));
        LoraAdapter adapter = PeftDirectory.read(model, adapterDirectory);
        ScalarHead head = ScalarHead.initialize(model, 5);
        Parameters trained = head.after(adapter.parameters())) {
      List<ReferencePass> passes =
          rows.stream()
              .map(row -> headed(directory, head).withAdapter(adapterDirectory).forward(row.ids()))
              .toList();
      Map<String, double[]> gradients = pullBack(passes, derivatives);
      for (ScoreRequest request : ways()) {
        assertScores(model.scores(rows, adapter, head, request), passes, 1e-10);
        try (ScorePass pass = model.forwardScores(rows, adapter, head, request);
            Gradients found = pass.pullBack(derivatives)) {
          assertScores(pass.scores(), passes, 1e-10);
          assertThat(found.names()).isEqualTo(trained.names());
          for (String parameter : found.names()) {
            assertClose(found.values(parameter), gradients.get(parameter), 1e-9, parameter);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3", "gpt2"})
  void shouldStayNearInBfloat16(String name) {
    Path directory = ReferenceResources.directory("checkpoints/" + name);
    List<TokenRow> rows = rows();
    try (CausalLanguageModel model =
            CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.BFLOAT16));
        ScalarHead head = ScalarHead.initialize(model, 5);
        ScorePass pass =
            model.forwardScoresFull(rows, model.weights(), head, ScoreRequest.defaults());
        Gradients gradients = pass.pullBack(derivatives(rows))) {
      assertScores(pass.scores(), reference(directory, head, rows), 0.02);
      assertThat(gradients.globalNorm()).isFinite().isPositive();
    }
  }

  /** The reference model with the head as its output layer: its logits [tokens][1] are scores. */
  private static ReferenceModel headed(Path directory, ScalarHead head) {
    ReferenceModel model = ReferenceModel.load(directory);
    Map<String, ReferenceTensor> weights = new HashMap<>(model.weights());
    Parameters parameters = head.parameters();
    weights.put(
        "lm_head.weight",
        ReferenceTensor.of(parameters.values("score.weight"), parameters.shape("score.weight")));
    return new ReferenceModel(model.architecture(), weights, null);
  }

  private static List<ReferencePass> reference(
      Path directory, ScalarHead head, List<TokenRow> rows) {
    ReferenceModel model = headed(directory, head);
    return rows.stream().map(row -> model.forward(row.ids())).toList();
  }

  /** Gradients summed over rows; of the output layer, that no score reads, zero. */
  private static Map<String, double[]> pullBack(
      List<ReferencePass> passes, double[][] derivatives) {
    Map<String, double[]> sum = new TreeMap<>();
    for (int row = 0; row < passes.size(); row++) {
      double[][] cotangent =
          Arrays.stream(derivatives[row]).mapToObj(d -> new double[] {d}).toArray(double[][]::new);
      passes
          .get(row)
          .pullBackLogits(cotangent)
          .forEach(
              (name, gradient) ->
                  sum.merge(
                      name.equals("lm_head.weight") ? "score.weight" : name,
                      gradient,
                      (a, b) ->
                          IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray()));
    }
    sum.put("lm_head.weight", new double[280 * 16]);
    return sum;
  }

  private static List<String> names(CausalLanguageModel model, ScalarHead head) {
    try (Parameters both = head.after(model.weights())) {
      return both.names();
    }
  }

  private static List<ScoreRequest> ways() {
    List<ScoreRequest> ways = new ArrayList<>();
    for (BatchLayout layout : BatchLayout.values()) {
      for (Activations activations : Activations.values()) {
        ways.add(ScoreRequest.defaults().laidOut(layout).keeping(activations));
      }
    }
    return ways;
  }

  /** Rows of different lengths, two of them on one prompt, two alike. */
  private static List<TokenRow> rows() {
    SplittableRandom random = new SplittableRandom(17);
    int[] prompt = random.ints(4, 3, 48).toArray();
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(
          TokenRow.of(
              i < 2 ? prompt : random.ints(1 + i, 3, 48).toArray(),
              random.ints(1 + 2 * i, 3, 48).toArray()));
    }
    rows.add(rows.getFirst());
    return rows;
  }

  private static double[][] derivatives(List<TokenRow> rows) {
    SplittableRandom random = new SplittableRandom(2);
    return rows.stream()
        .map(row -> random.doubles(row.length(), -1, 1).toArray())
        .toArray(double[][]::new);
  }

  private static void assertScores(
      TokenScores found, List<ReferencePass> passes, double tolerance) {
    for (int row = 0; row < passes.size(); row++) {
      double[] expected =
          Arrays.stream(passes.get(row).logits()).mapToDouble(logits -> logits[0]).toArray();
      assertThat(found.values(row)).containsExactly(expected, within(tolerance));
      assertThat(found.last(row)).isEqualTo(found.value(row, expected.length - 1));
    }
  }

  /** Each element within a share of the tensor's largest. */
  private static void assertClose(double[] found, double[] expected, double relative, String name) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(found).as(name).containsExactly(expected, within(relative * largest + 1e-12));
  }
}
