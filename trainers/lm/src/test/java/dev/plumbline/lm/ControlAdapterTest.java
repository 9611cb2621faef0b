/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.reference.ReferenceResources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Soft prompts, output bias and LoRA as one adapter, in the tensor program. */
final class ControlAdapterTest {
  private static final double VALUES = 1e-9;
  private static final double STEP = 1e-5;
  private static final SoftPromptConfig BANK = new SoftPromptConfig(3, 2);
  private static final LoraConfig LORA =
      LoraConfig.of(2, 4).onLastBlock(TinyModel.CONFIG).dropping(0.3);
  private static final ForwardRequest EVERYTHING =
      ForwardRequest.of(Statistic.LOG_PROB, Statistic.values()).laidOut(BatchLayout.PADDED);

  private static CausalLanguageModel model;
  private static ControlAdapter whole;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT64);
    whole = TinyModel.moved(model, new ControlConfig(BANK, true, LORA), 3);
  }

  @AfterAll
  static void close() {
    whole.close();
    model.close();
  }

  static Stream<ControlConfig> everySubset() {
    return Stream.of(
        new ControlConfig(BANK, false, null),
        new ControlConfig(null, true, null),
        new ControlConfig(null, false, LORA),
        new ControlConfig(BANK, true, null),
        new ControlConfig(BANK, false, LORA),
        new ControlConfig(null, true, LORA),
        new ControlConfig(BANK, true, LORA));
  }

  static Stream<ForwardRequest> waysToCompute() {
    List<ForwardRequest> ways = new ArrayList<>();
    for (BatchLayout layout : BatchLayout.values()) {
      for (Activations activations : Activations.values()) {
        ways.add(EVERYTHING.laidOut(layout).keeping(activations));
      }
      ways.add(EVERYTHING.laidOut(layout).inChunksOf(3));
      ways.add(EVERYTHING.laidOut(layout).dropping(new DropoutKey(7, 2)));
    }
    return ways.stream();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
  void shouldPutVectorsWhereTokensWouldStand(String family) {
    try (CausalLanguageModel checkpoint =
        CausalLanguageModel.load(
            ReferenceResources.directory("checkpoints/" + family),
            new EngineOptions(1, "cpu", Precision.FLOAT64))) {
      int[] spoken = {5, 3, 8, 6};
      try (ControlAdapter adapter =
          ControlAdapter.initialize(
              checkpoint,
              new ControlConfig(new SoftPromptConfig(2, 3), false, null),
              List.of(new int[] {7, 9, 4}),
              1)) {
        TokenStatistics prompted =
            checkpoint.score(List.of(new TokenRow(spoken, 1).under(1, 1, 1)), adapter, EVERYTHING);
        TokenStatistics asTokens =
            checkpoint.score(
                List.of(TokenRow.of(new int[] {7, 9, 4}, spoken)), Adapter.none(), EVERYTHING);
        TokenStatistics unprompted =
            checkpoint.score(List.of(new TokenRow(spoken, 1)), Adapter.none(), EVERYTHING);
        for (int t = 0; t < 3; t++) {
          for (Statistic statistic :
              List.of(Statistic.LOG_PROB, Statistic.ENTROPY, Statistic.MEAN_LOGIT)) {
            assertThat(prompted.value(statistic, 0, t))
                .isCloseTo(asTokens.value(statistic, 0, t + 3), within(VALUES));
          }
          assertThat(prompted.value(Statistic.REFERENCE_LOG_PROB, 0, t))
              .isCloseTo(unprompted.logProb(0, t), within(VALUES));
          assertThat(prompted.logProb(0, t)).isNotCloseTo(unprompted.logProb(0, t), within(1e-6));
        }
      }
    }
  }

  @Test
  void shouldPredictEachTokenUnderItsOwnPromptAndCompareWithNone() {
    List<TokenRow> rows = spokenRows();
    TokenStatistics found = model.score(rows, whole, EVERYTHING);
    TokenStatistics reference = model.score(rows, Adapter.none(), EVERYTHING);
    for (int row = 0; row < rows.size(); row++) {
      TokenRow spoken = rows.get(row);
      for (int level = 0; level < 3; level++) {
        int[] uniform = new int[spoken.completionTokens()];
        Arrays.fill(uniform, level);
        TokenStatistics atLevel = model.score(List.of(spoken.under(uniform)), whole, EVERYTHING);
        for (int t = 0; t < spoken.labels(); t++) {
          if (spoken.promptLevel(t) == level) {
            for (Statistic statistic : Statistic.values()) {
              assertThat(found.value(statistic, row, t))
                  .as("%s of row %d, label %d", statistic, row, t)
                  .isCloseTo(atLevel.value(statistic, 0, t), within(VALUES));
            }
          }
        }
      }
      assertThat(found.values(Statistic.REFERENCE_LOG_PROB, row))
          .containsExactly(reference.logProbs(row), within(VALUES));
    }
  }

  @Test
  void shouldFindTheDivergenceFromTheUnpromptedModel() {
    TokenRow row = new TokenRow(new int[] {5, 9, 20, 31}, 2).under(2, 1);
    TokenStatistics found = model.score(List.of(row), whole, EVERYTHING);
    for (int t = 1; t < 3; t++) {
      double[] p = distribution(row, t, whole);
      double[] q = distribution(row, t, Adapter.none());
      double reverse = 0;
      double forward = 0;
      for (int v = 0; v < p.length; v++) {
        reverse += Math.exp(p[v]) * (p[v] - q[v]);
        forward += Math.exp(q[v]) * (q[v] - p[v]);
      }
      assertThat(found.value(Statistic.REVERSE_KL, 0, t)).isCloseTo(reverse, within(VALUES));
      assertThat(found.value(Statistic.FORWARD_KL, 0, t)).isCloseTo(forward, within(VALUES));
      assertThat(reverse).isGreaterThan(1e-4);
    }
  }

  /** log p of every token in the place of label {@code t}, each scored as a row of its own. */
  private static double[] distribution(TokenRow row, int t, Adapter adapter) {
    List<TokenRow> each =
        IntStream.range(0, 300)
            .mapToObj(
                v -> {
                  int[] ids = Arrays.copyOf(row.ids(), t + 2);
                  ids[t + 1] = v;
                  int[] levels = Arrays.copyOf(row.promptLevels(), t + 2 - row.completionStart());
                  return new TokenRow(ids, row.completionStart(), levels);
                })
            .toList();
    TokenStatistics scored = model.score(each, adapter);
    return IntStream.range(0, 300).mapToDouble(v -> scored.logProb(v, t)).toArray();
  }

  @ParameterizedTest
  @MethodSource("waysToCompute")
  void shouldComputeWhatThePaddedBatchDoes(ForwardRequest request) {
    ForwardRequest padded =
        request.laidOut(BatchLayout.PADDED).keeping(Activations.KEPT).inChunksOf(0);
    List<TokenRow> rows = spokenRows();
    Map<Statistic, double[][]> derivatives = randomDerivatives(rows);
    try (ForwardPass expected = model.forward(rows, whole, padded);
        ForwardPass pass = model.forward(rows, whole, request);
        Gradients expectedGradients = expected.pullBack(derivatives);
        Gradients gradients = pass.pullBack(derivatives)) {
      for (Statistic statistic : Statistic.values()) {
        for (int row = 0; row < rows.size(); row++) {
          assertThat(pass.statistics().values(statistic, row))
              .containsExactly(expected.statistics().values(statistic, row), within(VALUES));
        }
      }
      assertThat(gradients.names()).isEqualTo(whole.parameters().names());
      for (String name : gradients.names()) {
        assertThat(gradients.values(name))
            .as(name)
            .containsExactly(expectedGradients.values(name), within(VALUES));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everySubset")
  void shouldMatchFiniteDifferencesForEveryPart(ControlConfig config) {
    List<TokenRow> rows = spokenRows();
    Map<Statistic, double[][]> derivatives = randomDerivatives(rows);
    for (Activations activations : Activations.values()) {
      try (ControlAdapter adapter = TinyModel.moved(model, config, 3);
          ForwardPass pass = model.forward(rows, adapter, EVERYTHING.keeping(activations));
          Gradients gradients = pass.pullBack(derivatives)) {
        assertThat(gradients.names()).isEqualTo(adapter.parameters().names());
        SplittableRandom random = new SplittableRandom(1);
        for (String name : gradients.names()) {
          double[] expected = gradients.values(name);
          int i = random.nextInt(expected.length);
          TinyModel.nudge(adapter.parameters(), name, i, STEP);
          double above = weighted(model.score(rows, adapter, EVERYTHING), derivatives);
          TinyModel.nudge(adapter.parameters(), name, i, -2 * STEP);
          double under = weighted(model.score(rows, adapter, EVERYTHING), derivatives);
          TinyModel.nudge(adapter.parameters(), name, i, STEP);
          assertThat((above - under) / (2 * STEP))
              .as("%s[%d]", name, i)
              .isCloseTo(expected[i], within(1e-6 + 1e-6 * Math.abs(expected[i])));
        }
      }
    }
  }

  @Test
  void shouldMatchFiniteDifferencesBelowAScalarHead() {
    List<TokenRow> rows = spokenRows();
    double[][] derivatives =
        rows.stream()
            .map(row -> new SplittableRandom(4).doubles(row.length(), -1, 1).toArray())
            .toArray(double[][]::new);
    try (ScalarHead head = ScalarHead.initialize(model, 2);
        ScorePass pass = model.forwardScores(rows, whole, head, ScoreRequest.defaults());
        Gradients gradients = pass.pullBack(derivatives)) {
      try (Parameters trained = head.after(whole.parameters())) {
        assertThat(gradients.names()).isEqualTo(trained.names());
      }
      assertThat(gradients.values(ControlAdapter.OUTPUT_BIAS)).containsOnly(0);
      double[] expected = gradients.values(ControlAdapter.SOFT_PROMPTS);
      int i = 21;
      TinyModel.nudge(whole.parameters(), ControlAdapter.SOFT_PROMPTS, i, STEP);
      double above = weighted(model.scores(rows, whole, head), derivatives);
      TinyModel.nudge(whole.parameters(), ControlAdapter.SOFT_PROMPTS, i, -2 * STEP);
      double under = weighted(model.scores(rows, whole, head), derivatives);
      TinyModel.nudge(whole.parameters(), ControlAdapter.SOFT_PROMPTS, i, STEP);
      assertThat((above - under) / (2 * STEP)).isCloseTo(expected[i], within(1e-6));
      assertThat(expected[i]).isNotZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void shouldComputeTheSameAgainInEveryPrecision(Precision precision) {
    List<TokenRow> rows = spokenRows();
    TokenStatistics exact = model.score(rows, whole);
    double tolerance =
        switch (precision) {
          case FLOAT64 -> VALUES;
          case FLOAT32 -> 1e-4;
          case BFLOAT16 -> 0.1;
        };
    try (CausalLanguageModel other = TinyModel.open(precision);
        ControlAdapter adapter = TinyModel.moved(other, whole.config(), 3);
        ForwardPass first = other.forward(rows, adapter);
        ForwardPass second = other.forward(rows, adapter);
        Gradients gradients =
            first.pullBack(NextTokenLoss.of(first.statistics()).logProbDerivatives());
        Gradients again =
            second.pullBack(NextTokenLoss.of(second.statistics()).logProbDerivatives())) {
      for (int row = 0; row < rows.size(); row++) {
        assertThat(first.statistics().logProbs(row))
            .containsExactly(exact.logProbs(row), within(tolerance))
            .containsExactly(second.statistics().logProbs(row));
      }
      for (String name : gradients.names()) {
        assertThat(gradients.values(name)).as(name).containsExactly(again.values(name));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everySubset")
  void shouldLearnWithAnyParts(ControlConfig config) {
    List<TokenRow> rows = spokenRows();
    try (ControlAdapter adapter = ControlAdapter.initialize(model, config, 5);
        AdamW optimizer = AdamW.create(AdamWConfig.of(0.01), adapter.parameters())) {
      double before = NextTokenLoss.of(model.score(rows, adapter)).value();
      for (int step = 0; step < 5; step++) {
        try (ForwardPass pass = model.forward(rows, adapter);
            Gradients gradients =
                pass.pullBack(NextTokenLoss.of(pass.statistics()).logProbDerivatives())) {
          optimizer.step(gradients);
        }
      }
      assertThat(NextTokenLoss.of(model.score(rows, adapter)).value()).isLessThan(before);
      assertThat(
              TrainingMemory.trainedCount(TinyModel.CONFIG, new TrainedWeights.OfControl(config)))
          .isEqualTo(adapter.parameters().count());
    }
  }

  @Test
  void shouldCompareWithAnEarlierSelfUnderTheSamePrompts() {
    List<TokenRow> rows = spokenRows();
    try (ControlAdapter earlier = whole.copy()) {
      TokenStatistics found = model.score(rows, whole, EVERYTHING.against(earlier));
      for (int row = 0; row < rows.size(); row++) {
        assertThat(found.values(Statistic.REFERENCE_LOG_PROB, row))
            .containsExactly(found.logProbs(row), within(VALUES));
      }
    }
  }

  @Test
  void shouldCompareRowsThatNoPromptActedOn() {
    List<TokenRow> rows =
        spokenRows().stream().map(row -> new TokenRow(row.ids(), row.completionStart())).toList();
    TokenStatistics found = model.score(rows, whole, EVERYTHING);
    TokenStatistics reference = model.score(rows, Adapter.none(), EVERYTHING);
    for (int row = 0; row < rows.size(); row++) {
      assertThat(found.values(Statistic.REFERENCE_LOG_PROB, row))
          .containsExactly(reference.logProbs(row), within(VALUES));
      assertThat(found.logProbs(row)).isNotEqualTo(reference.logProbs(row));
    }
  }

  @Test
  void shouldReadRowsUnpromptedWithoutABank() {
    TokenRow row = new TokenRow(new int[] {5, 9, 20, 31}, 2);
    assertThat(model.score(List.of(row.under(2, 1)), Adapter.none()).logProbs(0))
        .containsExactly(model.score(List.of(row), Adapter.none()).logProbs(0));
  }

  @Test
  void shouldRefuseRowsThatTheBankCantRead() {
    TokenRow row = new TokenRow(new int[] {5, 9, 20, 31}, 2);
    assertThatThrownBy(() -> model.score(List.of(row.under(0, 3)), whole))
        .hasMessage("row 0 was spoken at prompt level 3, but the adapter has levels 0 to 2");
    assertThatThrownBy(() -> row.under(1))
        .hasMessage("one prompt level per completion token or none expected, but 2 tokens had 1");
    assertThatThrownBy(() -> row.under(0, -1))
        .hasMessage("prompt levels must be 0 (no prompt) or more, but one was -1");
    int[] longest = new int[63];
    Arrays.fill(longest, 7);
    int[] levels = new int[62];
    levels[60] = 1;
    TokenRow fits = new TokenRow(longest, 1).under(levels);
    assertThat(model.score(List.of(fits), whole).logProbs(0)).hasSize(62);
    levels[61] = 1;
    assertThatThrownBy(() -> model.score(List.of(new TokenRow(longest, 1).under(levels)), whole))
        .hasMessage(
            "row 0 has 63 tokens and a soft prompt of 2 vectors, but the model's longest row is 64");
  }

  @Test
  void shouldRefuseAnAdapterOfNothing() {
    assertThatThrownBy(() -> new ControlConfig(null, false, null))
        .hasMessageContaining("needs at least one of soft prompts, output bias and LoRA");
    assertThatThrownBy(() -> new SoftPromptConfig(1, 5)).hasMessageContaining("prompt_levels");
    assertThatThrownBy(() -> new SoftPromptConfig(2, 0)).hasMessageContaining("prompt_vectors");
    assertThatThrownBy(
            () ->
                ControlAdapter.initialize(
                    model, new ControlConfig(BANK, false, null), List.of(new int[] {4}), 1))
        .hasMessage("one text per soft prompt expected, but 2 soft prompts had 1");
  }

  @Test
  void shouldHoldNoArraysAfterItWasClosed() {
    long before = model.openArrays();
    ControlAdapter adapter = ControlAdapter.initialize(model, whole.config(), 1);
    adapter.copy().close();
    adapter.close();
    assertThat(model.openArrays()).isEqualTo(before);
  }

  @Test
  void shouldAdaptTheLastBlockAlone() {
    assertThat(LORA.targetModules())
        .hasSize(7)
        .allMatch(path -> path.startsWith("model.layers.1."));
    assertThatThrownBy(() -> LoraConfig.of(2, 4).onBlock(TinyModel.CONFIG, 2))
        .hasMessageContaining("block 2 of a model with 2 blocks has none of");
  }

  /** Completions spoken under moving prompts, some on one prompt, some without any. */
  private static List<TokenRow> spokenRows() {
    SplittableRandom random = new SplittableRandom(21);
    int[] first = ids(random, 5);
    int[] second = ids(random, 1);
    return List.of(
        TokenRow.of(first, ids(random, 4)).under(2, 0, 2, 1),
        TokenRow.of(second, ids(random, 7)).under(0, 0, 1, 1, 2, 0, 0),
        TokenRow.of(first, ids(random, 6)).under(2, 2, 2, 0, 1, 1),
        TokenRow.of(ids(random, 6), ids(random, 3)),
        TokenRow.of(first, ids(random, 1)).under(1),
        TokenRow.of(second, ids(random, 2)).under(1, 1));
  }

  private static int[] ids(SplittableRandom random, int length) {
    return random.ints(length, 3, 300).toArray();
  }

  private static Map<Statistic, double[][]> randomDerivatives(List<TokenRow> rows) {
    SplittableRandom random = new SplittableRandom(2);
    Map<Statistic, double[][]> derivatives = new EnumMap<>(Statistic.class);
    for (Statistic statistic : Statistic.values()) {
      if (statistic.hasDerivative()) {
        derivatives.put(
            statistic,
            rows.stream()
                .map(row -> random.doubles(row.labels(), -1, 1).toArray())
                .toArray(double[][]::new));
      }
    }
    return derivatives;
  }

  private static double weighted(
      TokenStatistics statistics, Map<Statistic, double[][]> derivatives) {
    double sum = 0;
    for (Map.Entry<Statistic, double[][]> entry : derivatives.entrySet()) {
      for (int row = 0; row < entry.getValue().length; row++) {
        for (int t = 0; t < entry.getValue()[row].length; t++) {
          sum += entry.getValue()[row][t] * statistics.value(entry.getKey(), row, t);
        }
      }
    }
    return sum;
  }

  private static double weighted(TokenScores scores, double[][] derivatives) {
    double sum = 0;
    for (int row = 0; row < derivatives.length; row++) {
      for (int t = 0; t < derivatives[row].length; t++) {
        sum += derivatives[row][t] * scores.values(row)[t];
      }
    }
    return sum;
  }
}
