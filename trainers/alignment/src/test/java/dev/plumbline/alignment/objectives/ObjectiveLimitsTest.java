/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Where one objective becomes another, and second derivations of those without reference code. */
class ObjectiveLimitsTest {
  private static final double BETA = 0.3;
  private static final DpoObjective DPO = new DpoObjective(BETA, 0);

  @Test
  void shouldBecomeDpoInTheLimitsThatAreDocumented() {
    agreeWithDpo(new Tdpo2Objective(BETA, 0), 1e-10);
    agreeWithDpo(new RobustDpoObjective(BETA, 0), 1e-10);
    agreeWithDpo(new RdpoObjective(BETA, 0), 1e-10);
    agreeWithDpo(new LdDpoObjective(DPO, 1), 1e-10);
    agreeWithDpo(new FDivergenceDpoObjective(BETA, new FDivergence.ReverseKl()), 1e-10);
    agreeWithDpo(new FDivergenceDpoObjective(BETA, new FDivergence.Alpha(1)), 1e-10);
    agreeWithDpo(new FDivergenceDpoObjective(BETA, new FDivergence.Alpha(1 - 1e-9)), 1e-6);
    agreeWithDpo(new CombinedObjective(List.of(new CombinedObjective.Part(DPO, 1))), 1e-10);
    agreeWithDpo(new DavidsonObjective(BETA, 1e-12), 1e-8);
    agreeWithDpo(new RaoKupperObjective(BETA, 1 + 1e-12), 1e-8);
  }

  @Test
  void shouldGiveRdpoAsDpoAgainstAReferenceThatPrefersLength() {
    double alpha = 0.02;
    eachPair(
        (pair, random) -> {
          PairStatistics favoured =
              pair.about(favouringLength(pair.a(), alpha), favouringLength(pair.b(), alpha));

          PairValue value = new RdpoObjective(BETA, alpha).evaluate(pair);
          PairValue expected = DPO.evaluate(favoured);

          assertThat(value.loss()).isCloseTo(expected.loss(), within(1e-12));
          close(value.a(), expected.a(), pair.a(), 1e-12);
        });
  }

  @Test
  void shouldGiveDavidsonAsTheCrossEntropyOfItsThreeProbabilities() {
    eachPair(
        (pair, random) -> {
          double nu = random.nextDouble(0.1, 3);
          double strengthA = Math.exp(BETA * pair.a().logRatio());
          double strengthB = Math.exp(BETA * pair.b().logRatio());
          double tie = nu * Math.sqrt(strengthA * strengthB);
          double all = strengthA + strengthB + tie;

          assertThat(new DavidsonObjective(BETA, nu).evaluate(pair).loss())
              .isCloseTo(crossEntropy(pair, strengthA / all, tie / all), within(1e-10));
        });
  }

  @Test
  void shouldGiveRaoKupperAsTheCrossEntropyOfItsThreeProbabilities() {
    eachPair(
        (pair, random) -> {
          double theta = random.nextDouble(1.1, 4);
          double strengthA = Math.exp(BETA * pair.a().logRatio());
          double strengthB = Math.exp(BETA * pair.b().logRatio());
          double a = strengthA / (strengthA + theta * strengthB);
          double tie =
              strengthA
                  * strengthB
                  * (theta * theta - 1)
                  / ((strengthA + theta * strengthB) * (theta * strengthA + strengthB));

          assertThat(new RaoKupperObjective(BETA, theta).evaluate(pair).loss())
              .isCloseTo(crossEntropy(pair, a, tie), within(1e-10));
        });
  }

  @Test
  void shouldPullBothWaysEquallyOnATie() {
    for (SeparablePairObjective objective :
        List.of(new DavidsonObjective(BETA, 1), new RaoKupperObjective(BETA, 2))) {
      PairStatistics even = tied(1, 1);
      assertThat(derivative(objective.evaluate(even).a())).isZero();
      assertThat(derivative(objective.evaluate(even).b())).isZero();

      PairValue uneven = objective.evaluate(tied(3, 1));
      PairValue mirrored = objective.evaluate(tied(1, 3));
      assertThat(derivative(uneven.a())).isPositive().isEqualTo(-derivative(uneven.b()));
      assertThat(derivative(mirrored.a())).isCloseTo(-derivative(uneven.a()), within(1e-15));
      assertThat(mirrored.loss()).isCloseTo(uneven.loss(), within(1e-15));
      assertThat(uneven.loss()).isGreaterThan(objective.evaluate(even).loss());
    }
  }

  @Test
  void shouldGiveSlicAsItsTwoTerms() {
    eachPair(
        (pair, random) -> {
          double delta = random.nextDouble(0.5, 3);
          double lambda = random.nextDouble();
          double a = pair.a().logProb();
          double b = pair.b().logProb();
          double p = pair.belief();
          double hinge = p * Math.max(0, delta - (a - b)) + (1 - p) * Math.max(0, delta - (b - a));

          assertThat(new SlicObjective(delta, lambda).evaluate(pair).loss())
              .isCloseTo(hinge - lambda * (p * a + (1 - p) * b), within(1e-10));
        });
  }

  @Test
  void shouldNotLetTdpo2StopTheGradientOfTheSideBelievedWorse() {
    CompletionStatistics a = RandomStatistics.unweighted(new SplittableRandom(1), 2);
    CompletionStatistics b = RandomStatistics.unweighted(new SplittableRandom(2), 3);

    PairValue value = new Tdpo2Objective(BETA, 0.5).evaluate(PairStatistics.of(a, b, 1, 1));

    assertThat(value.a().value(Statistic.FORWARD_KL, 0)).isZero();
    assertThat(value.b().value(Statistic.FORWARD_KL, 0)).isPositive();
  }

  @Test
  void shouldRefuseByNameWhatTheyCannotTake() {
    PairStatistics unknown = RandomStatistics.pair(new SplittableRandom(1));
    PairStatistics pair =
        unknown.about(
            unknown.a().from(CompletionOrigin.UNKNOWN), unknown.b().from(CompletionOrigin.UNKNOWN));

    assertThatThrownBy(() -> new XpoObjective(0.1, 0, new MarginLoss.Logistic(0)).evaluate(pair))
        .hasMessage(
            "xpo needs exactly one completion of each pair to be the reference's, but they were by UNKNOWN and UNKNOWN");
    assertThatThrownBy(() -> new NashMdObjective(0.1).evaluate(pair))
        .hasMessage(
            "nash_md needs exactly one completion of each pair to be the policy's, but they were by UNKNOWN and UNKNOWN");
    assertThatThrownBy(() -> new ExoPairObjective(0.1, 0))
        .hasMessage(
            "label_smoothing of exo_pair must be in (0, 0.5), but was 0.0 (typical: 0.001)");
    assertThatThrownBy(() -> new RaoKupperObjective(0.1, 1))
        .hasMessage("rao_kupper_theta must be above 1, but was 1.0 (typical: 2)");
    assertThatThrownBy(() -> new DiscoPopObjective(0.1, 2))
        .hasMessage("discopop_tau must be in (0, 1], but was 2.0 (typical: 0.05)");
    assertThatThrownBy(() -> CompletionStatistics.of(Map.of(Statistic.LOG_PROB, new double[0])))
        .hasMessageContaining("a completion needs the same number of tokens, at least 1");
    assertThatThrownBy(() -> pair.a().weighted(new double[pair.a().tokens()]))
        .hasMessage("token weights must not all be 0");
    assertThatThrownBy(() -> new PairStatistics(pair.a(), pair.b(), 0.9, 0.5, 1, pair.batch()))
        .hasMessageStartingWith("tie_prob must be in [0, 2 min(belief, 1 - belief)]");
  }

  @Test
  void shouldRunTheReferenceOnlyWhereItIsNeeded() {
    MarginLoss logistic = new MarginLoss.Logistic(0);
    for (PairObjective objective :
        List.of(
            new SimpoObjective(2, 0.5, logistic),
            new CpoObjective(0.1, 1, logistic),
            new OrpoObjective(0.1),
            new SlicObjective(1, 0.1))) {
      assertThat(objective.needsReference()).as(objective.name()).isFalse();
    }
    assertThat(DPO.needsReference()).isTrue();
    assertThat(new WpoObjective(new OrpoObjective(0.1)).needsReference()).isFalse();
  }

  private static void agreeWithDpo(PairObjective objective, double tolerance) {
    eachPair(
        (pair, random) -> {
          PairStatistics untied = PairStatistics.of(pair.a(), pair.b(), pair.belief(), 1);
          PairValue value = objective.evaluate(List.of(untied)).getFirst();
          PairValue expected = DPO.evaluate(untied);

          assertThat(value.loss())
              .as(objective.toString())
              .isCloseTo(expected.loss(), within(tolerance));
          close(value.a(), expected.a(), pair.a(), tolerance);
          close(value.b(), expected.b(), pair.b(), tolerance);
        });
  }

  private static void eachPair(BiConsumer<PairStatistics, SplittableRandom> check) {
    var random = new SplittableRandom(41);
    for (int i = 0; i < 200; i++) {
      check.accept(RandomStatistics.pair(random), random);
    }
  }

  private static double crossEntropy(PairStatistics pair, double a, double tie) {
    return -pair.probABetter() * Math.log(a)
        - pair.tieProb() * Math.log(tie)
        - pair.probBBetter() * Math.log(1 - a - tie);
  }

  /** The completion under a reference that gives each token alpha / beta more. */
  private static CompletionStatistics favouringLength(
      CompletionStatistics completion, double alpha) {
    Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    double[] weights = new double[completion.tokens()];
    for (Statistic statistic : List.of(Statistic.LOG_PROB, Statistic.REFERENCE_LOG_PROB)) {
      double more = statistic == Statistic.LOG_PROB ? 0 : alpha / BETA;
      double[] perToken = new double[weights.length];
      for (int t = 0; t < weights.length; t++) {
        perToken[t] = completion.value(statistic, t) + more;
        weights[t] = completion.tokenWeight(t);
      }
      values.put(statistic, perToken);
    }
    return CompletionStatistics.of(values).weighted(weights);
  }

  private static PairStatistics tied(double logRatioA, double logRatioB) {
    PairStatistics pair = RandomStatistics.oneToken(logRatioA, logRatioB, 0.5);
    return new PairStatistics(pair.a(), pair.b(), 0.5, 1, 1, pair.batch());
  }

  private static double derivative(TokenDerivatives completion) {
    return completion.value(Statistic.LOG_PROB, 0);
  }

  private static void close(
      TokenDerivatives actual,
      TokenDerivatives expected,
      CompletionStatistics completion,
      double tolerance) {
    for (int t = 0; t < completion.tokens(); t++) {
      assertThat(actual.value(Statistic.LOG_PROB, t))
          .isCloseTo(expected.value(Statistic.LOG_PROB, t), within(tolerance));
    }
  }
}
