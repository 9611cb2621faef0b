/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.family.ModelConfig;
import dev.plumbline.lm.family.ModelSizes;
import dev.plumbline.lm.reference.ReferenceModel;
import dev.plumbline.lm.reference.ReferencePass;
import dev.plumbline.lm.reference.ReferenceResources;
import dev.plumbline.lm.safetensors.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family's tensor program against the plain-Java reference model, on checkpoints as
 * transformers saves them: every logit, every statistic, the gradient of every weight, in every
 * layout, and generation.
 */
final class FamilyParityTest {
  private static final int VOCABULARY = 48;
  private static final String RANDOM = "random-";
  private static final ForwardRequest EVERYTHING =
      ForwardRequest.of(Statistic.LOG_PROB, Statistic.values()).laidOut(BatchLayout.PADDED);
  private static final Map<Statistic, dev.plumbline.lm.reference.Statistic> DIFFERENTIABLE =
      Map.of(
          Statistic.LOG_PROB, dev.plumbline.lm.reference.Statistic.LOG_PROB,
          Statistic.ENTROPY, dev.plumbline.lm.reference.Statistic.ENTROPY,
          Statistic.LOG_SUM_SQUARED_PROB,
              dev.plumbline.lm.reference.Statistic.LOG_SUM_SQUARED_PROBS,
          Statistic.MEAN_LOGIT, dev.plumbline.lm.reference.Statistic.MEAN_LOGIT);

  private static final ForwardRequest SELF_CONTAINED =
      ForwardRequest.of(Statistic.LOG_PROB, DIFFERENTIABLE.keySet().toArray(Statistic[]::new));

  @TempDir private static Path folder;

  /** Real checkpoints by name, and one seeded random checkpoint per family, tied and untied. */
  private static Path directory(String checkpoint) {
    return directory(checkpoint, 11);
  }

  private static Path directory(String checkpoint, long seed) {
    if (!checkpoint.startsWith(RANDOM)) {
      return ReferenceResources.directory("checkpoints/" + checkpoint);
    }
    boolean tied = checkpoint.endsWith("-tied");
    String family = checkpoint.substring(RANDOM.length()).replace("-tied", "");
    ModelSizes tiny = new ModelSizes(280, 16, 24, 2, 4, 2, 4, 64, tied);
    Path directory = folder.resolve(checkpoint + "-" + seed);
    try {
      if (!Files.exists(directory)) {
        Files.createDirectory(directory);
        new RandomCheckpoint(ModelConfig.of(family, tiny), ElementType.F32, seed)
            .writeTo(directory, 1 << 14);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  static Stream<String> everyFamily() {
    return ModelConfig.families().stream()
        .flatMap(family -> Stream.of(RANDOM + family, RANDOM + family + "-tied"));
  }

  @ParameterizedTest
  @MethodSource("everyFamily")
  @ValueSource(
      strings = {
        "llama",
        "llama-v4",
        "llama-sharded",
        "llama-bfloat16",
        "mistral",
        "mistral-v4",
        "qwen2",
        "qwen2-v4",
        "qwen3",
        "qwen3-v4",
        "gpt2",
        "gpt2-hub"
      })
  void shouldComputeEveryLogit(String checkpoint) {
    Path directory = directory(checkpoint);
    int[] ids = rows(1).getFirst().ids();
    double[][] logits = ReferenceModel.load(directory).logits(ids);
    int vocabulary = logits[0].length;
    // One row per id that may come next: together they say all of the softmax at its place, and the
    // mean says the rest.
    List<TokenRow> rows = new ArrayList<>();
    for (int t = 1; t < ids.length; t++) {
      int[] prefix = Arrays.copyOf(ids, t);
      for (int next = 0; next < vocabulary; next++) {
        rows.add(TokenRow.of(prefix, new int[] {next}));
      }
    }
    ForwardRequest request =
        ForwardRequest.of(Statistic.LOG_PROB, Statistic.MEAN_LOGIT).over(LabelScope.COMPLETION);
    try (CausalLanguageModel model =
        CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.FLOAT32))) {
      TokenStatistics statistics = model.score(rows, Adapter.none(), request);
      for (int row = 0; row < rows.size(); row++) {
        int t = row / vocabulary;
        double[] expected = logits[t];
        double mean = Arrays.stream(expected).average().orElseThrow();
        double logSum = Math.log(Arrays.stream(expected).map(Math::exp).sum());
        assertThat(statistics.completionSum(Statistic.MEAN_LOGIT, row))
            .isCloseTo(mean, within(1e-4));
        assertThat(statistics.completionLogProb(row))
            .isCloseTo(expected[row % vocabulary] - logSum, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyFamily")
  @ValueSource(strings = {"llama-sharded", "qwen2"})
  void shouldComputeEveryStatisticAndTheGradientOfEveryWeight(String checkpoint) {
    Path directory = directory(checkpoint);
    List<TokenRow> rows = rows(5);
    Map<Statistic, double[][]> derivatives = randomDerivatives(rows);
    List<ReferencePass> reference =
        rows.stream().map(row -> ReferenceModel.load(directory).forward(row.ids())).toList();
    Map<String, double[]> gradients = sum(reference, derivatives);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
      double values = precision == Precision.FLOAT64 ? 1e-10 : 1e-4;
      double relative = precision == Precision.FLOAT64 ? 1e-9 : 1e-3;
      try (CausalLanguageModel model =
          CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", precision))) {
        for (ForwardRequest request : ways(SELF_CONTAINED)) {
          try (ForwardPass pass = model.forwardFull(rows, model.weights(), request);
              Gradients found = pass.pullBack(derivatives)) {
            assertStatistics(pass.statistics(), reference, values);
            for (String name : found.names()) {
              assertClose(found.values(name), gradients.get(name), relative, name);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyFamily")
  void shouldCompareWithAnotherModelAndComputeTheGradientOfEveryWeight(String checkpoint) {
    Path directory = directory(checkpoint);
    Path otherDirectory = directory(checkpoint, 12);
    List<TokenRow> rows = rows(5);
    ReferenceModel exact = ReferenceModel.load(directory);
    ReferenceModel exactOther = ReferenceModel.load(otherDirectory);
    List<ReferencePass> passes =
        rows.stream().map(row -> exact.forward(row.ids(), exactOther.logits(row.ids()))).toList();
    Map<Statistic, double[][]> derivatives = withDivergences(randomDerivatives(rows));
    Map<String, double[]> gradients = sum(passes, derivatives);
    for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
      double values = precision == Precision.FLOAT64 ? 1e-9 : 1e-4;
      double relative = precision == Precision.FLOAT64 ? 1e-9 : 1e-3;
      EngineOptions options = new EngineOptions(1, "cpu", precision);
      try (CausalLanguageModel model = CausalLanguageModel.load(directory, options);
          CausalLanguageModel other = CausalLanguageModel.load(otherDirectory, options);
          Parameters upper = model.weightsAbove(1)) {
        for (ForwardRequest request : ways(EVERYTHING.against(other))) {
          for (Parameters trained : List.of(model.weights(), upper)) {
            try (ForwardPass pass = model.forwardFull(rows, trained, request);
                Gradients found = pass.pullBack(derivatives)) {
              for (int row = 0; row < rows.size(); row++) {
                for (Statistic statistic : derivatives.keySet()) {
                  assertThat(pass.statistics().values(statistic, row))
                      .as("%s of row %d", statistic, row)
                      .containsExactly(statistic(passes.get(row), statistic), within(values));
                }
                assertThat(pass.statistics().values(Statistic.REFERENCE_LOG_PROB, row))
                    .containsExactly(
                        exactOther.forward(rows.get(row).ids()).logProbs(), within(values));
              }
              assertThat(found.names()).isEqualTo(trained.names());
              for (String name : found.names()) {
                assertClose(found.values(name), gradients.get(name), relative, name);
              }
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-rslora", "qwen2-lora", "qwen3-dora", "gpt2-dora", "gpt2-embedding"})
  void shouldComputeDivergencesAndTheGradientOfEveryAdapterTensor(String name) {
    String checkpoint = name.substring(0, name.indexOf('-'));
    Path directory = directory(checkpoint);
    Path adapterDirectory = ReferenceResources.directory("peft/" + name);
    List<TokenRow> rows = rows(5);
    ReferenceModel base = ReferenceModel.load(directory);
    ReferenceModel adapted = base.withAdapter(adapterDirectory);
    List<ReferencePass> reference =
        rows.stream().map(row -> adapted.forward(row.ids(), base.logits(row.ids()))).toList();
    Map<Statistic, double[][]> derivatives = withDivergences(randomDerivatives(rows));
    Map<String, double[]> gradients = sum(reference, derivatives);
    try (CausalLanguageModel model =
            CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.FLOAT32));
        LoraAdapter adapter = PeftDirectory.read(model, adapterDirectory)) {
      for (BatchLayout layout : BatchLayout.values()) {
        for (Activations activations : Activations.values()) {
          ForwardRequest request = EVERYTHING.laidOut(layout).keeping(activations);
          try (ForwardPass pass = model.forward(rows, adapter, request);
              Gradients found = pass.pullBack(derivatives)) {
            for (int row = 0; row < rows.size(); row++) {
              assertThat(pass.statistics().values(Statistic.FORWARD_KL, row))
                  .containsExactly(
                      statistic(reference.get(row), Statistic.FORWARD_KL), within(1e-4));
              assertThat(pass.statistics().values(Statistic.REVERSE_KL, row))
                  .containsExactly(
                      statistic(reference.get(row), Statistic.REVERSE_KL), within(1e-4));
            }
            for (String parameter : found.names()) {
              assertClose(found.values(parameter), gradients.get(parameter), 1e-3, parameter);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyFamily")
  void shouldGenerateWhatFullRecomputationDoes(String checkpoint) {
    Path directory = directory(checkpoint);
    ReferenceModel reference = ReferenceModel.load(directory);
    List<int[]> prompts =
        List.of(new int[] {1, 9, 30}, new int[] {5}, new int[] {1, 9, 30}, new int[] {7, 7, 8, 40});
    try (CausalLanguageModel model =
        CausalLanguageModel.load(directory, EngineOptions.defaults())) {
      List<SampledCompletion> completions =
          model.sample(
              prompts, Adapter.none(), SamplingOptions.greedy(40), List.of(0L, 1L, 2L, 3L));
      for (int row = 0; row < prompts.size(); row++) {
        int[] completion = completions.get(row).ids();
        int[] ids = TokenRow.of(prompts.get(row), completion).ids();
        double[][] logits = reference.logits(ids);
        for (int i = 0; i < completion.length; i++) {
          double[] at = logits[prompts.get(row).length + i - 1];
          double best = Arrays.stream(at).max().orElseThrow();
          double logSum = Math.log(Arrays.stream(at).map(Math::exp).sum());
          assertThat(at[completion[i]]).isCloseTo(best, within(1e-5));
          assertThat(completions.get(row).logProbs()[i])
              .isCloseTo(at[completion[i]] - logSum, within(1e-4));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3", "gpt2"})
  void shouldStayNearInBfloat16(String checkpoint) {
    Path directory = directory(checkpoint);
    List<TokenRow> rows = rows(5);
    Map<Statistic, double[][]> derivatives =
        Map.of(Statistic.LOG_PROB, randomDerivatives(rows).get(Statistic.LOG_PROB));
    try (CausalLanguageModel exact = CausalLanguageModel.load(directory, EngineOptions.defaults());
        CausalLanguageModel half =
            CausalLanguageModel.load(directory, new EngineOptions(1, "cpu", Precision.BFLOAT16));
        ForwardPass expected = exact.forwardFull(rows);
        Gradients expectedGradients = expected.pullBack(derivatives)) {
      for (Activations activations : Activations.values()) {
        ForwardRequest request = ForwardRequest.logProbs().keeping(activations);
        try (ForwardPass pass = half.forwardFull(rows, half.weights(), request);
            Gradients gradients = pass.pullBack(derivatives)) {
          for (int row = 0; row < rows.size(); row++) {
            double[] found = pass.statistics().logProbs(row);
            double[] exactly = expected.statistics().logProbs(row);
            double squares =
                IntStream.range(0, found.length)
                    .mapToDouble(i -> Math.pow(found[i] - exactly[i], 2))
                    .average()
                    .orElseThrow();
            assertThat(Math.sqrt(squares)).isLessThan(0.1);
          }
          for (String name : gradients.names()) {
            assertThat(cosine(gradients.values(name), expectedGradients.values(name)))
                .as(name)
                .isGreaterThan(0.97);
          }
        }
      }
    }
  }

  private static List<ForwardRequest> ways(ForwardRequest request) {
    List<ForwardRequest> ways = new ArrayList<>();
    for (BatchLayout layout : BatchLayout.values()) {
      ways.add(request.laidOut(layout));
      ways.add(request.laidOut(layout).keeping(Activations.RECOMPUTED).inChunksOf(3));
    }
    return ways;
  }

  /** Rows of different lengths, two of them on one prompt. */
  private static List<TokenRow> rows(int count) {
    SplittableRandom random = new SplittableRandom(17);
    int[] prompt = random.ints(4, 3, VOCABULARY).toArray();
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                TokenRow.of(
                    i < 2 ? prompt : random.ints(1 + i, 3, VOCABULARY).toArray(),
                    random.ints(3 + 2 * i, 3, VOCABULARY).toArray()))
        .toList();
  }

  private static Map<Statistic, double[][]> randomDerivatives(List<TokenRow> rows) {
    SplittableRandom random = new SplittableRandom(2);
    Map<Statistic, double[][]> derivatives = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      if (DIFFERENTIABLE.containsKey(statistic)) {
        derivatives.put(
            statistic,
            rows.stream()
                .map(row -> random.doubles(row.labels(), -1, 1).toArray())
                .toArray(double[][]::new));
      }
    }
    return derivatives;
  }

  private static Map<Statistic, double[][]> withDivergences(
      Map<Statistic, double[][]> derivatives) {
    Map<Statistic, double[][]> all = new EnumMap<>(derivatives);
    all.put(Statistic.FORWARD_KL, derivatives.get(Statistic.ENTROPY));
    all.put(Statistic.REVERSE_KL, derivatives.get(Statistic.LOG_PROB));
    return all;
  }

  private static Map<String, double[]> sum(
      List<ReferencePass> passes, Map<Statistic, double[][]> derivatives) {
    Map<String, double[]> sum = new LinkedHashMap<>();
    for (int row = 0; row < passes.size(); row++) {
      Map<dev.plumbline.lm.reference.Statistic, double[]> ofRow = new LinkedHashMap<>();
      for (Map.Entry<Statistic, double[][]> entry : derivatives.entrySet()) {
        ofRow.put(theirs(entry.getKey()), entry.getValue()[row]);
      }
      passes
          .get(row)
          .pullBack(ofRow)
          .forEach(
              (name, gradient) ->
                  sum.merge(
                      name,
                      gradient,
                      (a, b) ->
                          IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray()));
    }
    return sum;
  }

  private static void assertStatistics(
      TokenStatistics found, List<ReferencePass> reference, double tolerance) {
    for (Statistic statistic : found.statistics()) {
      for (int row = 0; row < reference.size(); row++) {
        assertThat(found.values(statistic, row))
            .as("%s of row %d", statistic, row)
            .containsExactly(statistic(reference.get(row), statistic), within(tolerance));
      }
    }
  }

  private static double[] statistic(ReferencePass pass, Statistic statistic) {
    return pass.statistic(theirs(statistic));
  }

  private static dev.plumbline.lm.reference.Statistic theirs(Statistic statistic) {
    return switch (statistic) {
      case FORWARD_KL -> dev.plumbline.lm.reference.Statistic.FORWARD_KL;
      case REVERSE_KL -> dev.plumbline.lm.reference.Statistic.REVERSE_KL;
      case LOG_PROB, ENTROPY, LOG_SUM_SQUARED_PROB, MEAN_LOGIT -> DIFFERENTIABLE.get(statistic);
      case REFERENCE_LOG_PROB, TOP_ONE ->
          throw new IllegalArgumentException("the reference model has no " + statistic);
    };
  }

  /** Each element within a share of the tensor's largest. */
  private static void assertClose(double[] found, double[] expected, double relative, String name) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(found).as(name).hasSameSizeAs(expected);
    double farthest =
        IntStream.range(0, found.length)
            .mapToDouble(i -> Math.abs(found[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(farthest).as(name).isLessThanOrEqualTo(relative * largest + 1e-12);
  }

  private static double cosine(double[] a, double[] b) {
    double product = IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    return product / Math.sqrt(squares(a) * squares(b));
  }

  private static double squares(double[] a) {
    return Arrays.stream(a).map(x -> x * x).sum();
  }
}
