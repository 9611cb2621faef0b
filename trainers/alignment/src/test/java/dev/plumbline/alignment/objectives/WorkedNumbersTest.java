/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers that each objective's documentation gives. */
class WorkedNumbersTest {

  static List<Arguments> pairs() {
    MarginLoss logistic = new MarginLoss.Logistic(0);
    PairStatistics usual = pair(2, 4, -3, 6);
    List<Arguments> all = new ArrayList<>();
    all.add(Arguments.of(new RobustDpoObjective(0.1, 0.1), usual, 0.411577));
    all.add(Arguments.of(new IpoObjective(0.1), usual, 16.0));
    all.add(Arguments.of(new IpoSumObjective(0.1), pair(2, 1, -2, 1), 1.0));
    all.add(Arguments.of(new HingeObjective(0.1), usual, 0.5));
    all.add(Arguments.of(new NcaPairObjective(0.1), usual, 1.274386));
    all.add(Arguments.of(new BcoPairObjective(0.1), usual, 1.152494));
    all.add(Arguments.of(new SppoHardObjective(0.1), usual, 13.0));
    all.add(Arguments.of(new ExoPairObjective(0.1, 1e-3), usual, 1.945734));
    all.add(Arguments.of(new ApoZeroObjective(0.1), usual, 0.875723));
    all.add(Arguments.of(new ApoDownObjective(0.1), usual, 0.927375));
    all.add(Arguments.of(new DiscoPopObjective(0.1, 0.05), usual, 0.606525));
    all.add(Arguments.of(new SigmoidNormObjective(0.1), usual, 0.644397));
    all.add(
        Arguments.of(
            new FDivergenceDpoObjective(0.1, new FDivergence.JensenShannon()), usual, 0.557697));
    all.add(Arguments.of(new RdpoObjective(0.1, 0.01), usual, 0.466573));
    all.add(Arguments.of(new Tdpo1Objective(0.1), usual, 0.513015));
    all.add(Arguments.of(new Tdpo2Objective(0.1, 0.5), usual, 0.493249));
    all.add(Arguments.of(new ReferenceFreeDpoObjective(0.1, 0), pair(-6, 1, -11, 1), 0.474077));
    all.add(Arguments.of(new SimpoObjective(2, 0.5, logistic), pair(-4, 4, -9, 6), 0.474077));
    all.add(Arguments.of(new CpoObjective(0.1, 1, logistic), pair(-6, 4, -9, 6), 2.054355));
    all.add(Arguments.of(new SlicObjective(1, 0.1), pair(-6, 4, -6.5, 6), 1.1));
    all.add(Arguments.of(new SftObjective(0.1), pair(-6, 4, -9, 6), 1.5));
    all.add(Arguments.of(new DavidsonObjective(0.1, 1), tied(usual, 0.65, 0.3), 1.044338));
    all.add(Arguments.of(new RaoKupperObjective(0.1, 2), tied(usual, 0.65, 0.3), 1.034928));
    PairStatistics prompted =
        PairStatistics.of(
            completion(-4, 4).after(new double[] {-1, -1, -1}), completion(-9, 6), 1, 1);
    all.add(Arguments.of(new OrpoObjective(0.1), prompted, 1.040114));
    PairStatistics byReference =
        PairStatistics.of(
            completion(2, 4), reference(-9, -6).from(CompletionOrigin.REFERENCE), 1, 1);
    all.add(Arguments.of(new XpoObjective(0.1, 1e-5, logistic), byReference, 0.473987));
    CompletionStatistics drawn =
        CompletionStatistics.of(
            Map.of(
                Statistic.LOG_PROB,
                new double[] {-2, -1},
                Statistic.REFERENCE_LOG_PROB,
                new double[] {-2.5, -0.75}));
    all.add(
        Arguments.of(
            new NashMdObjective(0.1),
            PairStatistics.of(drawn.from(CompletionOrigin.POLICY), drawn, 0.7, 1),
            0.525));
    return all;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldGiveTheWorkedNumberOfItsDocumentation(
      PairObjective objective, PairStatistics pair, double loss) {
    assertThat(objective.evaluate(List.of(pair)).getFirst().loss()).isCloseTo(loss, within(1e-6));
  }

  @Test
  void shouldSortMarginsOverTheBatch() {
    List<PairStatistics> batch =
        List.of(
            PairStatistics.of(reference(1, 2), reference(0, 0), 1, 1),
            PairStatistics.of(reference(3, -2), reference(0, 0), 1, 1));

    assertThat(new AotObjective(0.1, 0).evaluate(batch).stream().map(PairValue::loss))
        .satisfiesExactly(
            loss -> assertThat(loss).isCloseTo(0.554355, within(1e-6)),
            loss -> assertThat(loss).isCloseTo(0.644397, within(1e-6)));
  }

  @Test
  void shouldSortLogRatiosOverTheBatch() {
    List<PairStatistics> batch =
        List.of(
            PairStatistics.of(reference(3, 0), reference(2, 0), 1, 1),
            PairStatistics.of(reference(1, 0), reference(-2, 0), 1, 1));

    assertThat(new AotUnpairedObjective(0.1, 0).evaluate(batch).stream().map(PairValue::loss))
        .satisfiesExactly(
            loss -> assertThat(loss).isCloseTo(0.644397, within(1e-6)),
            loss -> assertThat(loss).isCloseTo(0.554355, within(1e-6)));
  }

  @Test
  void shouldWeighAPairByHowLikelyThePolicyWritesIt() {
    PairStatistics pair =
        PairStatistics.of(surprising(Math.log(0.2)), surprising(Math.log(0.1)), 1, 1);
    PairObjective within = new HingeObjective(0.1);

    assertThat(new WpoObjective(within).evaluate(List.of(pair)).getFirst().loss())
        .isCloseTo(0.125 * within.evaluate(List.of(pair)).getFirst().loss(), within(1e-12));
  }

  @Test
  void shouldCountSurplusTokensOnlyInPart() {
    CompletionStatistics two = logProbs(-1, -2);
    CompletionStatistics three = logProbs(-1, -1, -4);

    PairStatistics seen =
        new LdDpoObjective(new SftObjective(1), 0.5)
            .desensitised(PairStatistics.of(two, three, 1, 1));

    assertThat(seen.a().logProb()).isEqualTo(-3);
    assertThat(seen.b().logProb()).isEqualTo(-4);
  }

  @Test
  void shouldWeighGainsAndLossesAroundTheReferencePoint() {
    KtoObjective kto = new KtoObjective(0.1, 1, 1);
    CompletionStatistics unrelated = reference(0.5, 0);

    List<UnpairedValue> values =
        kto.evaluate(
                List.of(
                    new UnpairedStatistics(reference(2, 0), unrelated, 1, 1),
                    new UnpairedStatistics(reference(-3, 0), unrelated, 0, 1)))
            .values();

    assertThat(values.get(0).loss()).isCloseTo(0.462570, within(1e-6));
    assertThat(values.get(1).loss()).isCloseTo(0.413382, within(1e-6));
  }

  @Test
  void shouldWeighGainsAndLossesAroundZeroWithoutAReferencePoint() {
    List<UnpairedValue> values =
        new ApoZeroUnpairedObjective(0.1, 1, 1)
            .evaluate(
                List.of(
                    new UnpairedStatistics(reference(2, 0), null, 1, 1),
                    new UnpairedStatistics(reference(-3, 0), null, 0, 1)))
            .values();

    assertThat(values.get(0).loss()).isCloseTo(0.450166, within(1e-6));
    assertThat(values.get(1).loss()).isCloseTo(0.425557, within(1e-6));
  }

  @Test
  void shouldRankByPickingTheBestOfTheRest() {
    ListStatistics ranking =
        new ListStatistics(
            List.of(reference(2, 0), reference(-3, 0), reference(1, 0)), List.of(1, 1, 1), 1);

    assertThat(new PlackettLuceObjective(0.1).evaluate(ranking).loss())
        .isCloseTo(1.833843, within(1e-6));
  }

  private static PairStatistics pair(double sumA, int tokensA, double sumB, int tokensB) {
    return PairStatistics.of(
        divergent(completion(sumA, tokensA), 1.5), divergent(completion(sumB, tokensB), 2.5), 1, 1);
  }

  private static PairStatistics tied(PairStatistics pair, double belief, double tieProb) {
    return new PairStatistics(pair.a(), pair.b(), belief, tieProb, 1, pair.batch());
  }

  /** Log-probabilities of this sum under the policy, 0 under the reference. */
  private static CompletionStatistics completion(double sum, int tokens) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            spread(sum, tokens),
            Statistic.REFERENCE_LOG_PROB,
            new double[tokens]));
  }

  private static CompletionStatistics divergent(CompletionStatistics completion, double sum) {
    double[] logProbs = new double[completion.tokens()];
    for (int t = 0; t < logProbs.length; t++) {
      logProbs[t] = completion.value(Statistic.LOG_PROB, t);
    }
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            logProbs,
            Statistic.REFERENCE_LOG_PROB,
            new double[logProbs.length],
            Statistic.FORWARD_KL,
            spread(sum, logProbs.length)));
  }

  private static CompletionStatistics surprising(double logProb) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            new double[] {logProb},
            Statistic.REFERENCE_LOG_PROB,
            new double[] {logProb},
            Statistic.LOG_SUM_SQUARED_PROB,
            new double[] {Math.log(0.4)}));
  }

  private static CompletionStatistics logProbs(double... logProbs) {
    return CompletionStatistics.of(
        Map.of(Statistic.LOG_PROB, logProbs, Statistic.REFERENCE_LOG_PROB, logProbs));
  }

  private static CompletionStatistics reference(double policy, double reference) {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            new double[] {policy},
            Statistic.REFERENCE_LOG_PROB,
            new double[] {reference}));
  }

  private static double[] spread(double sum, int tokens) {
    return Collections.nCopies(tokens, sum / tokens).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }
}
