/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every pair objective, whatever its formula. */
class PairObjectivePropertiesTest {
  private static final int PAIRS = 3;

  static Stream<PairCase> cases() {
    return PairCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldAgreeWithCentralDifferencesOnAThousandSeededBatches(PairCase one) {
    var random = new SplittableRandom(20261121);
    double step = 1e-5;
    for (int i = 0; i < 1_000; i++) {
      PairObjective objective = one.random().apply(random);
      List<PairStatistics> batch = RandomStatistics.batch(random, PAIRS);
      List<PairStatistics> direction = directionOf(batch, random);

      List<PairValue> values = objective.evaluate(batch);
      double analytic = 0;
      for (int k = 0; k < PAIRS; k++) {
        PairStatistics pair = batch.get(k);
        analytic +=
            pair.weight()
                * (RandomStatistics.along(values.get(k).a(), pair.a(), direction.get(k).a())
                    + RandomStatistics.along(values.get(k).b(), pair.b(), direction.get(k).b()));
      }
      double up = one.surrogate().of(objective, moved(batch, direction, step), batch);
      double down = one.surrogate().of(objective, moved(batch, direction, -step), batch);
      double numeric = (up - down) / (2 * step);

      assertThat(analytic)
          .as("input %d of %s", i, objective)
          .isCloseTo(
              numeric, within(2e-7 * Math.max(1, Math.max(Math.abs(numeric), Math.abs(up)))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldNotDependOnWhichCandidateIsCalledA(PairCase one) {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 100; i++) {
      PairObjective objective = one.random().apply(random);
      List<PairStatistics> batch = RandomStatistics.batch(random, PAIRS);

      List<PairValue> values = objective.evaluate(batch);
      List<PairValue> swapped =
          objective.evaluate(batch.stream().map(PairStatistics::swapped).toList());

      for (int k = 0; k < PAIRS; k++) {
        PairValue back = swapped.get(k).swapped();
        close(back.loss(), values.get(k).loss());
        close(back.a(), values.get(k).a(), batch.get(k).a());
        close(back.b(), values.get(k).b(), batch.get(k).b());
        assertThat(back.rewardA()).isEqualTo(values.get(k).rewardA());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldLoseWhatIsDocumentedOnEqualCompletionsWherePolicyAndReferenceAgree(PairCase one) {
    var random = new SplittableRandom(11);
    for (int tokens : new int[] {1, 4}) {
      for (int i = 0; i < 50; i++) {
        PairObjective objective = one.random().apply(random);
        PairStatistics any = RandomStatistics.pair(random);
        CompletionStatistics same =
            RandomStatistics.unmoved(RandomStatistics.completion(random, tokens));
        PairStatistics pair =
            RandomStatistics.withShape(
                    List.of(any.about(same.from(any.a().origin()), same.from(any.b().origin()))))
                .getFirst();

        PairValue value = objective.evaluate(List.of(pair)).getFirst();

        close(value.loss(), one.whereNothingMoved().applyAsDouble(objective, pair));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldPullEqualCompletionsOfEqualBeliefAlike(PairCase one) {
    var random = new SplittableRandom(13);
    for (int i = 0; i < 50; i++) {
      PairObjective objective = one.random().apply(random);
      CompletionStatistics same = RandomStatistics.completion(random);
      CompletionStatistics byPolicy = same.from(CompletionOrigin.POLICY);
      CompletionStatistics byReference = same.from(CompletionOrigin.REFERENCE);
      PairStatistics pair = PairStatistics.of(byPolicy, byReference, 0.5, 1);
      PairStatistics other = PairStatistics.of(byReference, byPolicy, 0.5, 1);

      PairValue value = objective.evaluate(List.of(pair)).getFirst();
      PairValue swapped = objective.evaluate(List.of(other)).getFirst();

      close(swapped.b(), value.a(), same);
      close(swapped.a(), value.b(), same);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTreatMeansAndPrefixesOfOneTokenCompletionsAsTheCompletions(PairCase one) {
    var random = new SplittableRandom(17);
    for (int i = 0; i < 50; i++) {
      PairObjective objective = one.random().apply(random);
      PairStatistics any = RandomStatistics.pair(random);
      PairStatistics pair =
          PairStatistics.of(
              RandomStatistics.unweighted(random, 1).from(any.a().origin()),
              RandomStatistics.unweighted(random, 1).from(any.b().origin()),
              any.belief(),
              1);

      double loss = objective.evaluate(List.of(pair)).getFirst().loss();

      close(new LengthAveragedObjective(objective).evaluate(List.of(pair)).getFirst().loss(), loss);
      close(new LdDpoObjective(objective, 0).evaluate(List.of(pair)).getFirst().loss(), loss);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldIgnoreAPairOfWeightZero(PairCase one) {
    var random = new SplittableRandom(19);
    for (int i = 0; i < 50; i++) {
      PairObjective objective = one.random().apply(random);
      List<PairStatistics> batch = RandomStatistics.batch(random, PAIRS);
      List<PairStatistics> more = new ArrayList<>(batch);
      more.add(1, weighing(RandomStatistics.pair(random), 0));
      more = RandomStatistics.withShape(more);

      List<PairValue> values = objective.evaluate(batch);
      List<PairValue> withMore = new ArrayList<>(objective.evaluate(more));

      assertThat(withMore.remove(1).loss()).isFinite();
      for (int k = 0; k < PAIRS; k++) {
        close(withMore.get(k).loss(), values.get(k).loss());
        close(withMore.get(k).a(), values.get(k).a(), batch.get(k).a());
        close(withMore.get(k).b(), values.get(k).b(), batch.get(k).b());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldCountAPairOfWeightTwoAsThePairTwice(PairCase one) {
    var random = new SplittableRandom(23);
    for (int i = 0; i < 50; i++) {
      PairObjective objective = one.random().apply(random);
      PairStatistics first = weighing(RandomStatistics.pair(random), 1);
      PairStatistics second = RandomStatistics.pair(random);
      List<PairStatistics> heavy = RandomStatistics.withShape(List.of(weighing(first, 2), second));
      List<PairStatistics> twice = RandomStatistics.withShape(List.of(first, first, second));

      List<PairValue> ofHeavy = objective.evaluate(heavy);
      List<PairValue> ofTwice = objective.evaluate(twice);

      close(PairCase.total(objective, heavy), PairCase.total(objective, twice));
      close(
          ofHeavy.getFirst().a().times(2), ofTwice.get(0).a().plus(ofTwice.get(1).a()), first.a());
      close(
          ofHeavy.getFirst().b().times(2), ofTwice.get(0).b().plus(ofTwice.get(1).b()), first.b());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTakeABeliefAsTwoCertainPairsThatShareItsWeight(PairCase one) {
    var random = new SplittableRandom(37);
    for (int i = 0; i < 50; i++) {
      PairObjective objective = one.random().apply(random);
      PairStatistics first = RandomStatistics.pair(random);
      PairStatistics second = RandomStatistics.pair(random);
      double p = random.nextDouble();
      double w = first.weight();
      List<PairStatistics> doubtful =
          RandomStatistics.withShape(List.of(believing(first, p, w), second));
      List<PairStatistics> certain =
          RandomStatistics.withShape(
              List.of(believing(first, 1, w * p), believing(first, 0, w * (1 - p)), second));

      close(PairCase.total(objective, doubtful), PairCase.total(objective, certain));
    }
  }

  static Stream<PairCase> casesThatMix() {
    return PairCase.all().filter(PairCase::mixes);
  }

  @ParameterizedTest
  @MethodSource("casesThatMix")
  void shouldMixBothDirectionsByBelief(PairCase one) {
    var random = new SplittableRandom(29);
    for (int i = 0; i < 100; i++) {
      PairObjective objective = one.random().apply(random);
      PairStatistics pair = RandomStatistics.pair(random);
      double p = random.nextDouble();

      PairValue mixed = evaluate(objective, pair, p);
      PairValue aBetter = evaluate(objective, pair, 1);
      PairValue bBetter = evaluate(objective, pair, 0);

      close(mixed.loss(), p * aBetter.loss() + (1 - p) * bBetter.loss());
      close(mixed.a(), aBetter.a().times(p).plus(bBetter.a().times(1 - p)), pair.a());
      close(mixed.b(), aBetter.b().times(p).plus(bBetter.b().times(1 - p)), pair.b());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldStayFiniteAtExtremeLogProbabilities(PairCase one) {
    var random = new SplittableRandom(31);
    for (double scale : new double[] {1e2, 1e4, 1e6}) {
      for (int i = 0; i < 20; i++) {
        PairObjective objective = one.random().apply(random);
        List<PairStatistics> batch =
            RandomStatistics.batch(random, PAIRS).stream()
                .map(
                    pair -> pair.about(RandomStatistics.moved(pair.a(), pair.a(), scale), pair.b()))
                .toList();

        objective
            .evaluate(batch)
            .forEach(
                value -> {
                  assertThat(value.loss()).as(objective.toString()).isFinite();
                  assertThat(value.a().value(Statistic.LOG_PROB, 0)).isFinite();
                  assertThat(value.b().value(Statistic.LOG_PROB, 0)).isFinite();
                });
      }
    }
  }

  private static PairValue evaluate(PairObjective objective, PairStatistics pair, double belief) {
    return objective
        .evaluate(
            List.of(new PairStatistics(pair.a(), pair.b(), belief, 0, 1, new BatchShape(2, 3))))
        .getFirst();
  }

  private static PairStatistics believing(PairStatistics pair, double belief, double weight) {
    return new PairStatistics(pair.a(), pair.b(), belief, 0, weight, pair.batch());
  }

  private static PairStatistics weighing(PairStatistics pair, double weight) {
    return new PairStatistics(
        pair.a(), pair.b(), pair.belief(), pair.tieProb(), weight, pair.batch());
  }

  private static List<PairStatistics> directionOf(
      List<PairStatistics> batch, SplittableRandom random) {
    return batch.stream()
        .map(
            pair ->
                pair.about(
                    RandomStatistics.completion(random, pair.a().tokens()),
                    RandomStatistics.completion(random, pair.b().tokens())))
        .toList();
  }

  private static List<PairStatistics> moved(
      List<PairStatistics> batch, List<PairStatistics> direction, double step) {
    List<PairStatistics> moved = new ArrayList<>();
    for (int k = 0; k < batch.size(); k++) {
      moved.add(
          batch
              .get(k)
              .about(
                  RandomStatistics.moved(batch.get(k).a(), direction.get(k).a(), step),
                  RandomStatistics.moved(batch.get(k).b(), direction.get(k).b(), step)));
    }
    return moved;
  }

  private static void close(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-10 * Math.max(1, Math.abs(expected))));
  }

  private static void close(
      TokenDerivatives actual, TokenDerivatives expected, CompletionStatistics completion) {
    close(actual.promptLogProb(), expected.promptLogProb());
    for (Statistic statistic : Statistic.values()) {
      for (int t = 0; t < completion.tokens(); t++) {
        close(actual.value(statistic, t), expected.value(statistic, t));
      }
    }
  }
}
