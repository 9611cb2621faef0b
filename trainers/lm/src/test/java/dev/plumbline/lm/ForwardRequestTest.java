/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to lay out and cut up a batch computes what the plain padded one does. */
final class ForwardRequestTest {
  private static final double VALUES = 1e-9;
  private static final ForwardRequest EVERYTHING =
      ForwardRequest.of(Statistic.LOG_PROB, Statistic.values()).laidOut(BatchLayout.PADDED);

  private static CausalLanguageModel model;
  private static LoraAdapter plain;
  private static LoraAdapter dora;

  @BeforeAll
  static void open() {
    model = TinyModel.open(Precision.FLOAT64);
    plain = TinyModel.trainedAdapter(model, LoraConfig.of(2, 4).dropping(0.3), 3);
    dora = TinyModel.trainedAdapter(model, LoraConfig.of(2, 4).as(LoraVariant.DORA), 5);
  }

  @AfterAll
  static void close() {
    dora.close();
    plain.close();
    model.close();
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
  @MethodSource("waysToCompute")
  void shouldComputeWhatThePaddedBatchDoes(ForwardRequest request) {
    ForwardRequest padded =
        request.laidOut(BatchLayout.PADDED).keeping(Activations.KEPT).inChunksOf(0);
    for (LoraAdapter adapter : List.of(plain, dora)) {
      List<TokenRow> rows = rowsThatSharePrompts();
      Map<Statistic, double[][]> derivatives = randomDerivatives(rows);
      try (ForwardPass expected = model.forward(rows, adapter, padded);
          ForwardPass pass = model.forward(rows, adapter, request);
          Gradients expectedGradients = expected.pullBack(derivatives);
          Gradients gradients = pass.pullBack(derivatives)) {
        assertSameStatistics(pass.statistics(), expected.statistics());
        assertSameGradients(gradients, expectedGradients);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BatchLayout.class)
  void shouldTrainAllWeightsTheSameInEveryLayout(BatchLayout layout) {
    List<TokenRow> rows = rowsThatSharePrompts();
    double[][] derivatives = randomDerivatives(rows).get(Statistic.LOG_PROB);
    for (int frozenBlocks = 0; frozenBlocks <= 2; frozenBlocks++) {
      ForwardRequest request = ForwardRequest.logProbs().laidOut(BatchLayout.PADDED);
      try (Parameters trained = model.weightsAbove(frozenBlocks);
          ForwardPass expected = model.forwardFull(rows, model.weights(), request);
          ForwardPass kept = model.forwardFull(rows, trained, request.laidOut(layout));
          ForwardPass recomputed =
              model.forwardFull(
                  rows,
                  trained,
                  request.laidOut(layout).keeping(Activations.RECOMPUTED).inChunksOf(2));
          Gradients all = expected.pullBack(derivatives);
          Gradients some = kept.pullBack(derivatives);
          Gradients again = recomputed.pullBack(derivatives)) {
        assertThat(trained.names()).noneMatch(name -> name.contains("embed_tokens"));
        for (String name : trained.names()) {
          assertThat(some.values(name)).as(name).containsExactly(all.values(name), within(VALUES));
        }
        assertSameGradients(again, some);
      }
    }
  }

  @Test
  void shouldDropTheSameInputsWhateverTheMicroBatches() {
    List<TokenRow> rows = rowsThatSharePrompts();
    double[][] derivatives = randomDerivatives(rows).get(Statistic.LOG_PROB);
    ForwardRequest request = ForwardRequest.logProbs().dropping(new DropoutKey(1, 4));
    int middle = rows.size() / 2;
    try (ForwardPass whole = model.forward(rows, plain, request);
        ForwardPass first = model.forward(rows.subList(0, middle), plain, request);
        ForwardPass second = model.forward(rows.subList(middle, rows.size()), plain, request);
        Gradients expected = whole.pullBack(derivatives);
        Gradients sum = first.pullBack(Arrays.copyOf(derivatives, middle));
        Gradients rest = second.pullBack(Arrays.copyOfRange(derivatives, middle, rows.size()))) {
      sum.add(rest);
      assertSameGradients(sum, expected);
    }
  }

  @Test
  void shouldDropOtherInputsInAnotherStepAndNoneWithoutAKey() {
    List<TokenRow> rows = rowsThatSharePrompts();
    double scored = model.score(rows, plain).logProb(0, 1);
    double one = logProb(rows, ForwardRequest.logProbs().dropping(new DropoutKey(1, 4)));
    assertThat(logProb(rows, ForwardRequest.logProbs())).isCloseTo(scored, within(VALUES));
    assertThat(one).isNotCloseTo(scored, within(1e-6));
    assertThat(logProb(rows, ForwardRequest.logProbs().dropping(new DropoutKey(1, 4))))
        .isEqualTo(one);
    assertThat(logProb(rows, ForwardRequest.logProbs().dropping(new DropoutKey(1, 5))))
        .isNotCloseTo(one, within(1e-6));
    assertThat(logProb(rows, ForwardRequest.logProbs().dropping(new DropoutKey(2, 4))))
        .isNotCloseTo(one, within(1e-6));
  }

  @Test
  void shouldLeaveOutPromptsWhenOnlyCompletionsAreAskedAbout() {
    List<TokenRow> rows = rowsThatSharePrompts();
    TokenStatistics all = model.score(rows, plain);
    TokenStatistics completions =
        model.score(rows, plain, ForwardRequest.logProbs().over(LabelScope.COMPLETION));
    for (int row = 0; row < rows.size(); row++) {
      assertThat(completions.completionLogProb(row))
          .isCloseTo(all.completionLogProb(row), within(VALUES));
      for (int t = 0; t < rows.get(row).completionStart() - 1; t++) {
        assertThat(completions.logProb(row, t)).isNaN();
      }
    }
    double[][] derivatives = randomDerivatives(rows).get(Statistic.LOG_PROB);
    try (ForwardPass pass =
        model.forward(rows, plain, ForwardRequest.logProbs().over(LabelScope.COMPLETION))) {
      assertThatThrownBy(() -> pass.pullBack(derivatives))
          .hasMessageContaining("was not asked about, but its derivative is");
    }
  }

  @Test
  void shouldRefuseDerivativesOfWhatHasNone() {
    List<TokenRow> rows = rowsThatSharePrompts();
    double[][] derivatives = randomDerivatives(rows).get(Statistic.LOG_PROB);
    try (ForwardPass pass = model.forward(rows, plain, EVERYTHING)) {
      assertThatThrownBy(() -> pass.pullBack(Map.of(Statistic.TOP_ONE, derivatives)))
          .hasMessageContaining("TOP_ONE has no derivative");
      assertThatThrownBy(() -> pass.pullBack(Map.of()))
          .hasMessageContaining("at least one statistic");
    }
    try (ForwardPass pass = model.forward(rows, plain)) {
      assertThatThrownBy(() -> pass.pullBack(Map.of(Statistic.ENTROPY, derivatives)))
          .hasMessageContaining("ENTROPY was not asked for");
    }
  }

  @Test
  void shouldFindNoDivergenceBetweenTheReferenceAndItself() {
    List<TokenRow> rows = rowsThatSharePrompts();
    TokenStatistics statistics = model.score(rows, Adapter.none(), EVERYTHING);
    for (int row = 0; row < rows.size(); row++) {
      assertThat(statistics.values(Statistic.REFERENCE_LOG_PROB, row))
          .containsExactly(statistics.logProbs(row));
      for (int t = 0; t < rows.get(row).labels(); t++) {
        assertThat(statistics.value(Statistic.FORWARD_KL, row, t)).isCloseTo(0, within(1e-12));
        assertThat(statistics.value(Statistic.REVERSE_KL, row, t)).isCloseTo(0, within(1e-12));
      }
    }
  }

  private static double logProb(List<TokenRow> rows, ForwardRequest request) {
    try (ForwardPass pass = model.forward(rows, plain, request)) {
      return pass.statistics().logProb(0, 1);
    }
  }

  /** Pairs on one prompt, three completions of another, a row alone, a one-token completion. */
  private static List<TokenRow> rowsThatSharePrompts() {
    SplittableRandom random = new SplittableRandom(21);
    int[] first = ids(random, 5);
    int[] second = ids(random, 1);
    return List.of(
        TokenRow.of(first, ids(random, 4)),
        TokenRow.of(second, ids(random, 7)),
        TokenRow.of(ids(random, 6), ids(random, 3)),
        TokenRow.of(first, ids(random, 1)),
        TokenRow.of(second, ids(random, 2)),
        TokenRow.of(first, ids(random, 6)));
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

  private static void assertSameStatistics(TokenStatistics found, TokenStatistics expected) {
    for (Statistic statistic : expected.statistics()) {
      for (int row = 0; row < expected.rows().size(); row++) {
        assertThat(found.values(statistic, row))
            .as("%s of row %d", statistic, row)
            .containsExactly(expected.values(statistic, row), within(VALUES));
      }
    }
  }

  private static void assertSameGradients(Gradients found, Gradients expected) {
    assertThat(found.names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      assertThat(found.values(name))
          .as(name)
          .containsExactly(expected.values(name), within(VALUES));
    }
  }
}
