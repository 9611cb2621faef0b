/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every objective on rollouts. */
class RolloutObjectivePropertiesTest {
  private static final ClipRange RANGE = new ClipRange(0.2, 0.28);
  private static final KlPenalty NONE = new KlPenalty(0, KlEstimator.K3);

  /**
   * Objectives with penalties and corrections in turn: all but CISPO, whose gradient is not that of
   * its value.
   */
  static Stream<Function<SplittableRandom, RolloutObjective>> objectives() {
    return Stream.of(
        random -> grpo(new GrpoVariant.Grpo(RANGE), random),
        random -> grpo(new GrpoVariant.Grpo(RANGE.capped(random.nextDouble(1.05, 2))), random),
        random -> grpo(new GrpoVariant.DrGrpo(RANGE, 7), random),
        random -> grpo(new GrpoVariant.Dapo(RANGE), random),
        random -> grpo(new GrpoVariant.Bnpo(RANGE), random),
        random -> grpo(new GrpoVariant.Gspo(new ClipRange(0.05, 0.1)), random),
        random -> grpo(new GrpoVariant.Sapo(new PolicySurrogate.Gated(1, 1.05)), random),
        random -> rloo(RatioLevel.SEQUENCE, random),
        random -> rloo(RatioLevel.SEQUENCE_MEAN, random),
        random -> rloo(RatioLevel.TOKEN, random),
        random -> plusPlus(ReinforcePlusPlusObjective.Baseline.NONE, random),
        random -> plusPlus(ReinforcePlusPlusObjective.Baseline.GROUP_MEAN, random));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldAgreeWithCentralDifferencesOnAThousandSeededBatches(
      Function<SplittableRandom, RolloutObjective> objectives) {
    var random = new SplittableRandom(20261121);
    double step = 1e-6;
    for (int i = 0; i < 1_000; i++) {
      RolloutObjective objective = objectives.apply(random);
      List<RolloutStatistics> batch = RandomRollouts.batch(random, 2);
      List<List<CompletionStatistics>> direction =
          batch.stream()
              .map(
                  group ->
                      group.rollouts().stream()
                          .map(r -> RandomStatistics.completion(random, r.tokens()))
                          .toList())
              .toList();
      List<RolloutValue> values = objective.evaluate(batch);
      double analytic = 0;
      for (int k = 0; k < batch.size(); k++) {
        for (int r = 0; r < batch.get(k).rollouts().size(); r++) {
          analytic +=
              batch.get(k).weight()
                  * RandomStatistics.along(
                      values.get(k).completions().get(r),
                      batch.get(k).rollouts().get(r).completion(),
                      direction.get(k).get(r));
        }
      }
      double numeric =
          (total(objective, moved(batch, direction, step))
                  - total(objective, moved(batch, direction, -step)))
              / (2 * step);
      assertThat(analytic).as("%d %s", i, objective).isCloseTo(numeric, within(1e-6));
    }
  }

  @Test
  void shouldHoldTheRatioFixedInTheGradientOfCispo() {
    var random = new SplittableRandom(23);
    RolloutObjective cispo = new GrpoObjective(new GrpoVariant.Cispo(1.3), RewardScale.NONE, NONE);
    for (RolloutStatistics group : RandomRollouts.batch(random, 100)) {
      RolloutValue value = cispo.evaluate(List.of(group)).getFirst();
      double loss = 0;
      for (int r = 0; r < group.rollouts().size(); r++) {
        RolloutSample rollout = group.rollouts().get(r);
        for (int t = 0; t < rollout.tokens(); t++) {
          double weight =
              rollout.completion().tokenWeight(t)
                  * Math.min(Math.exp(rollout.logRatio(t)), 1.3)
                  * value.reports().get(r).advantage()
                  / group.batch().meanTokens();
          loss -= weight * rollout.completion().value(Statistic.LOG_PROB, t);
          assertThat(value.completions().get(r).value(Statistic.LOG_PROB, t))
              .isCloseTo(-weight, within(1e-12));
        }
      }
      assertThat(value.loss()).isCloseTo(loss, within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldCountByWeight(Function<SplittableRandom, RolloutObjective> objectives) {
    var random = new SplittableRandom(3);
    for (int i = 0; i < 100; i++) {
      RolloutObjective objective = objectives.apply(random);
      List<RolloutSample> rest = RandomRollouts.group(random, 3);
      List<RolloutSample> group = RandomRollouts.group(random, 4);

      assertThat(total(objective, batch(List.of(rest, group), 1, 2)))
          .as(objective.toString())
          .isCloseTo(total(objective, batch(List.of(rest, group, group), 1, 1, 1)), within(1e-9));
      assertThat(total(objective, batch(List.of(rest, group), 1, 0)))
          .as(objective.toString())
          .isCloseTo(total(objective, batch(List.of(rest), 1)), within(1e-12));
      assertThat(total(objective, batch(List.of(rest), 0))).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldStreamGroupsUnlessItSaysThatItNeedsTheBatch(
      Function<SplittableRandom, RolloutObjective> objectives) {
    var random = new SplittableRandom(5);
    RolloutObjective objective = objectives.apply(random);
    List<RolloutStatistics> batch = RandomRollouts.batch(random, 3);
    List<RolloutValue> alone =
        batch.stream().map(group -> objective.evaluate(List.of(group)).getFirst()).toList();

    switch (objective.batchUse()) {
      case SEPARABLE -> assertThat(alone).isEqualTo(objective.evaluate(batch));
      case WHOLE -> assertThat(alone).isNotEqualTo(objective.evaluate(batch));
    }
  }

  @ParameterizedTest
  @MethodSource("unpenalized")
  void shouldLearnNothingFromEqualRewards(RolloutObjective objective) {
    var random = new SplittableRandom(7);
    List<RolloutStatistics> batch = rewarded(RandomRollouts.batch(random, 3), reward -> 0.7);

    assertThat(derivatives(objective, batch)).allSatisfy(d -> assertThat(d).isZero());
  }

  @ParameterizedTest
  @MethodSource("unpenalized")
  void shouldNotNoticeAConstantThatIsAddedToAllRewards(RolloutObjective objective) {
    var random = new SplittableRandom(11);
    List<RolloutStatistics> batch = RandomRollouts.batch(random, 3);

    close(
        derivatives(objective, rewarded(batch, reward -> reward + 5)),
        derivatives(objective, batch),
        1e-9);
  }

  @ParameterizedTest
  @MethodSource("unpenalized")
  void shouldScaleWithRewardsOnlyWhereAdvantagesAreNotDividedByThem(RolloutObjective objective) {
    var random = new SplittableRandom(13);
    List<RolloutStatistics> batch = RandomRollouts.batch(random, 3);
    List<RolloutStatistics> tripled = rewarded(batch, reward -> 3 * reward);
    boolean divides =
        switch (objective) {
          case GrpoObjective grpo -> grpo.scale() != RewardScale.NONE;
          case ReinforcePlusPlusObjective plus -> true;
          default -> false;
        };

    close(
        derivatives(objective, tripled),
        derivatives(objective, batch).stream().map(d -> divides ? d : 3 * d).toList(),
        1e-3);
  }

  @ParameterizedTest
  @MethodSource("unpenalized")
  void shouldBePlainPolicyGradientWhereNothingHasMoved(RolloutObjective objective) {
    var random = new SplittableRandom(17);
    List<RolloutStatistics> batch =
        RandomRollouts.batch(random, 2).stream()
            .map(
                group ->
                    new RolloutStatistics(
                        group.rollouts().stream()
                            .map(RolloutObjectivePropertiesTest::unmoved)
                            .toList(),
                        group.weight(),
                        group.batch()))
            .toList();
    List<RolloutValue> values = objective.evaluate(batch);

    for (RolloutValue value : values) {
      for (int r = 0; r < value.reports().size(); r++) {
        RolloutReport report = value.reports().get(r);
        double derivative = value.completions().get(r).value(Statistic.LOG_PROB, 0);
        assertThat(Math.signum(derivative)).isEqualTo(-Math.signum(report.advantage()));
        assertThat(report.clippedLow() + report.clippedHigh()).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldStayFiniteAtExtremeRatios(Function<SplittableRandom, RolloutObjective> objectives) {
    var random = new SplittableRandom(19);
    for (double distance : new double[] {-1e4, -800, 800, 1e4}) {
      RolloutObjective objective = objectives.apply(random);
      List<RolloutStatistics> batch =
          RandomRollouts.batch(random, 2).stream().map(group -> far(group, distance)).toList();

      assertThat(total(objective, batch)).as("%s %s", distance, objective).isFinite();
      assertThat(derivatives(objective, batch)).allSatisfy(d -> assertThat(d).isFinite());
    }
  }

  @ParameterizedTest
  @MethodSource("unpenalized")
  void shouldTakeOneTokenAndHaveNothingToCompareItWith(RolloutObjective objective) {
    CompletionStatistics token =
        CompletionStatistics.of(Map.of(Statistic.LOG_PROB, new double[] {-1}));
    RolloutSample sample = new RolloutSample(token, new double[] {-1}, new double[] {-1}, 1);

    assertThat(derivatives(objective, batch(List.of(List.of(sample)), 1))).containsExactly(0.0);
    assertThat(
            derivatives(
                objective, batch(List.of(List.of(sample, RandomRollouts.rewarded(sample, 0))), 1)))
        .satisfiesExactly(d -> assertThat(d).isNegative(), d -> assertThat(d).isPositive());
  }

  @Test
  void shouldPullTowardsTheReferenceThroughLossAndThroughReward() {
    CompletionStatistics token =
        CompletionStatistics.of(
            Map.of(
                Statistic.LOG_PROB,
                new double[] {-1},
                Statistic.REFERENCE_LOG_PROB,
                new double[] {-3}));
    CompletionStatistics other =
        CompletionStatistics.of(
            Map.of(
                Statistic.LOG_PROB,
                new double[] {-3},
                Statistic.REFERENCE_LOG_PROB,
                new double[] {-1}));
    List<RolloutSample> drifted =
        List.of(
            new RolloutSample(token, new double[] {-1}, new double[] {-1}, 0),
            new RolloutSample(other, new double[] {-3}, new double[] {-3}, 0));
    for (KlEstimator estimator : KlEstimator.values()) {
      KlPenalty penalty = new KlPenalty(0.1, estimator);
      List<Double> inLoss =
          derivatives(
              new GrpoObjective(new GrpoVariant.Grpo(RANGE), RewardScale.GROUP, penalty),
              batch(List.of(drifted), 1));
      assertThat(inLoss.getFirst()).as("%s", estimator).isPositive();
    }
    assertThat(
            derivatives(
                new RlooObjective(RatioLevel.SEQUENCE, RANGE, new KlPenalty(0.1, KlEstimator.K1)),
                batch(List.of(drifted), 1)))
        .satisfiesExactly(d -> assertThat(d).isPositive(), d -> assertThat(d).isNegative());
  }

  @Test
  void shouldLeaveOutWhatThePolicyHasLongLeft() {
    OffPolicyCorrection mask =
        new OffPolicyCorrection(
            OffPolicyCorrection.Weighting.NONE, 0, Double.POSITIVE_INFINITY, 0.5);
    CompletionStatistics token =
        CompletionStatistics.of(Map.of(Statistic.LOG_PROB, new double[] {-2}));
    RolloutSample left = new RolloutSample(token, new double[] {-2}, new double[] {-1}, 0);
    RolloutSample kept = new RolloutSample(token, new double[] {-2}, new double[] {-1.8}, 0);
    RolloutSample good = new RolloutSample(token, new double[] {-2}, new double[] {-1}, 1);
    RolloutObjective objective =
        new GrpoObjective(new GrpoVariant.Grpo(RANGE), RewardScale.GROUP, NONE, mask);

    assertThat(derivatives(objective, batch(List.of(List.of(left, kept, good)), 1)))
        .satisfiesExactly(
            d -> assertThat(d).isZero(),
            d -> assertThat(d).isPositive(),
            d -> assertThat(d).isNegative());
  }

  @Test
  void shouldRefuseByNameWhatTheyCannotTake() {
    assertThatThrownBy(() -> new ClipRange(-0.1, 0.2))
        .hasMessage("epsilon must be at least 0, but was -0.1 (typical: 0.2)");
    assertThatThrownBy(() -> new KlPenalty(-1, KlEstimator.K1))
        .hasMessage("beta must be at least 0, but was -1.0 (typical: 0 to 0.1)");
    assertThatThrownBy(
            () -> new OffPolicyCorrection(OffPolicyCorrection.Weighting.TOKEN_MASK, 2, 1))
        .hasMessage(
            "bounds of importance weights must be 0 or more and in order, but were 2.0 to 1.0 (typical: 0 to 3)");
    RolloutSample any = RandomRollouts.sample(new SplittableRandom(1));
    assertThatThrownBy(() -> RandomRollouts.rewarded(any, Double.NaN))
        .hasMessage("a reward must be finite, but was NaN");
    assertThatThrownBy(
            () -> new RolloutSample(any.completion(), new double[0], any.samplerLogProbs(), 0))
        .hasMessageContaining("one log-probability per token expected");
    assertThatThrownBy(() -> new RolloutStatistics(List.of(), 1, new RolloutShape(1, 1)))
        .hasMessage("a group needs at least 1 completion, but had none");
    assertThatThrownBy(() -> new GeneralizedAdvantage(1.2, 1))
        .hasMessage("gamma must be in (0, 1], but was 1.2 (typical: 1)");
  }

  static Stream<RolloutObjective> unpenalized() {
    return Stream.of(
        new GrpoObjective(new GrpoVariant.Grpo(RANGE), RewardScale.GROUP, NONE),
        new GrpoObjective(new GrpoVariant.Dapo(RANGE), RewardScale.BATCH, NONE),
        new GrpoObjective(new GrpoVariant.DrGrpo(RANGE, 9), RewardScale.NONE, NONE),
        new GrpoObjective(new GrpoVariant.Gspo(new ClipRange(0.05, 0.1)), RewardScale.GROUP, NONE),
        new GrpoObjective(new GrpoVariant.Cispo(5), RewardScale.GROUP, NONE),
        new GrpoObjective(
            new GrpoVariant.Sapo(new PolicySurrogate.Gated(1, 1.05)), RewardScale.GROUP, NONE),
        new RlooObjective(RatioLevel.SEQUENCE, RANGE, NONE),
        new RlooObjective(RatioLevel.TOKEN, RANGE, NONE),
        new ReinforcePlusPlusObjective(ReinforcePlusPlusObjective.Baseline.NONE, 1, RANGE, NONE),
        new ReinforcePlusPlusObjective(
            ReinforcePlusPlusObjective.Baseline.GROUP_MEAN, 1, RANGE, NONE));
  }

  private static GrpoObjective grpo(GrpoVariant variant, SplittableRandom random) {
    KlPenalty.Sampling[] samplings = KlPenalty.Sampling.values();
    RewardScale[] scales = RewardScale.values();
    return new GrpoObjective(
        variant,
        scales[random.nextInt(scales.length)],
        new KlPenalty(beta(random), estimator(random), samplings[random.nextInt(samplings.length)]),
        correction(random));
  }

  private static RlooObjective rloo(RatioLevel level, SplittableRandom random) {
    return new RlooObjective(
        level, RANGE, new KlPenalty(beta(random), estimator(random)), correction(random));
  }

  private static ReinforcePlusPlusObjective plusPlus(
      ReinforcePlusPlusObjective.Baseline baseline, SplittableRandom random) {
    return new ReinforcePlusPlusObjective(
        baseline,
        random.nextDouble(0.5, 1),
        RANGE,
        new KlPenalty(beta(random), estimator(random)),
        correction(random));
  }

  private static double beta(SplittableRandom random) {
    return random.nextBoolean() ? 0 : random.nextDouble(0.5);
  }

  private static KlEstimator estimator(SplittableRandom random) {
    KlEstimator[] all = KlEstimator.values();
    return all[random.nextInt(all.length)];
  }

  private static OffPolicyCorrection correction(SplittableRandom random) {
    OffPolicyCorrection.Weighting[] all = OffPolicyCorrection.Weighting.values();
    return new OffPolicyCorrection(
        all[random.nextInt(all.length)],
        random.nextDouble(0.9),
        random.nextDouble(1.1, 2),
        random.nextBoolean() ? Double.POSITIVE_INFINITY : random.nextDouble(0.5));
  }

  private static double total(RolloutObjective objective, List<RolloutStatistics> batch) {
    List<RolloutValue> values = objective.evaluate(batch);
    double sum = 0;
    for (int k = 0; k < batch.size(); k++) {
      sum += batch.get(k).weight() * values.get(k).loss();
    }
    return sum;
  }

  private static List<Double> derivatives(
      RolloutObjective objective, List<RolloutStatistics> batch) {
    List<Double> all = new ArrayList<>();
    List<RolloutValue> values = objective.evaluate(batch);
    for (int k = 0; k < batch.size(); k++) {
      for (int r = 0; r < batch.get(k).rollouts().size(); r++) {
        for (int t = 0; t < batch.get(k).rollouts().get(r).tokens(); t++) {
          all.add(values.get(k).completions().get(r).value(Statistic.LOG_PROB, t));
        }
      }
    }
    return all;
  }

  private static void close(List<Double> actual, List<Double> expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i))
          .isCloseTo(expected.get(i), within(tolerance * Math.max(1, Math.abs(expected.get(i)))));
    }
  }

  private static List<RolloutStatistics> batch(
      List<List<RolloutSample>> groups, double... weights) {
    return RandomRollouts.withShape(groups, Arrays.stream(weights).boxed().toList());
  }

  private static List<RolloutStatistics> rewarded(
      List<RolloutStatistics> batch, DoubleUnaryOperator reward) {
    return RandomRollouts.withShape(
        batch.stream()
            .map(
                group ->
                    group.rollouts().stream()
                        .map(r -> RandomRollouts.rewarded(r, reward.applyAsDouble(r.reward())))
                        .toList())
            .toList(),
        batch.stream().map(RolloutStatistics::weight).toList());
  }

  private static List<RolloutStatistics> moved(
      List<RolloutStatistics> batch, List<List<CompletionStatistics>> direction, double step) {
    return IntStream.range(0, batch.size())
        .mapToObj(
            k ->
                new RolloutStatistics(
                    IntStream.range(0, batch.get(k).rollouts().size())
                        .mapToObj(
                            r ->
                                RandomRollouts.moved(
                                    batch.get(k).rollouts().get(r), direction.get(k).get(r), step))
                        .toList(),
                    batch.get(k).weight(),
                    batch.get(k).batch()))
        .toList();
  }

  private static RolloutSample unmoved(RolloutSample rollout) {
    double[] logProbs =
        IntStream.range(0, rollout.tokens())
            .mapToDouble(t -> rollout.completion().value(Statistic.LOG_PROB, t))
            .toArray();
    return new RolloutSample(rollout.completion(), logProbs, logProbs, rollout.reward());
  }

  /** The same, sampled by weights that found every token this much less probable. */
  private static RolloutStatistics far(RolloutStatistics group, double distance) {
    return new RolloutStatistics(
        group.rollouts().stream()
            .map(
                r ->
                    new RolloutSample(
                        r.completion(),
                        Arrays.stream(r.oldLogProbs()).map(l -> l - distance).toArray(),
                        Arrays.stream(r.samplerLogProbs()).map(l -> l - 2 * distance).toArray(),
                        r.reward()))
            .toList(),
        group.weight(),
        group.batch());
  }
}
