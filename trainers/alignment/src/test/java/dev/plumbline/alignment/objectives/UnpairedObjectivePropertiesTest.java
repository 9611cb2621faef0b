/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every unpaired objective. */
class UnpairedObjectivePropertiesTest {

  static Stream<Function<SplittableRandom, UnpairedObjective>> objectives() {
    return Stream.of(
        random ->
            new KtoObjective(
                random.nextDouble(0.05, 1), random.nextDouble(2), random.nextDouble(2)),
        random ->
            new ApoZeroUnpairedObjective(
                random.nextDouble(0.05, 1), random.nextDouble(2), random.nextDouble(2)));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldAgreeWithCentralDifferencesOnAThousandSeededBatches(
      Function<SplittableRandom, UnpairedObjective> objectives) {
    var random = new SplittableRandom(20261121);
    double step = 1e-5;
    for (int i = 0; i < 1_000; i++) {
      UnpairedObjective objective = objectives.apply(random);
      List<UnpairedStatistics> batch = batch(random, 3);
      List<CompletionStatistics> direction =
          batch.stream()
              .map(e -> RandomStatistics.completion(random, e.completion().tokens()))
              .toList();

      List<UnpairedValue> values = objective.evaluate(batch).values();
      double analytic = 0;
      for (int k = 0; k < batch.size(); k++) {
        analytic +=
            batch.get(k).weight()
                * RandomStatistics.along(
                    values.get(k).completion(), batch.get(k).completion(), direction.get(k));
      }
      double numeric =
          (total(objective, moved(batch, direction, step))
                  - total(objective, moved(batch, direction, -step)))
              / (2 * step);

      assertThat(analytic).as(objective.toString()).isCloseTo(numeric, within(1e-7));
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldMixByBeliefAndCountByWeight(Function<SplittableRandom, UnpairedObjective> objectives) {
    var random = new SplittableRandom(3);
    for (int i = 0; i < 100; i++) {
      UnpairedObjective objective = objectives.apply(random);
      List<UnpairedStatistics> rest = batch(random, 2);
      UnpairedStatistics example = example(random);
      double p = random.nextDouble();

      double mixed = total(objective, with(rest, told(example, p, 2)));

      assertThat(mixed)
          .isCloseTo(
              total(objective, with(rest, told(example, 1, 2 * p), told(example, 0, 2 - 2 * p))),
              within(1e-12));
      assertThat(mixed)
          .isCloseTo(
              total(objective, with(rest, told(example, p, 1), told(example, p, 1))),
              within(1e-12));
      assertThat(total(objective, with(rest, told(example, p, 0))))
          .isCloseTo(total(objective, rest), within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void shouldLoseHalfTheWeightWherePolicyAndReferenceAgree(
      Function<SplittableRandom, UnpairedObjective> objectives) {
    var random = new SplittableRandom(5);
    for (int tokens : new int[] {1, 3}) {
      UnpairedObjective objective = objectives.apply(random);
      CompletionStatistics same =
          RandomStatistics.unmoved(RandomStatistics.completion(random, tokens));
      double desirable =
          switch (objective) {
            case KtoObjective kto -> kto.desirableWeight();
            case ApoZeroUnpairedObjective apo -> apo.desirableWeight();
            default -> throw new IllegalStateException(objective.toString());
          };

      assertThat(total(objective, List.of(new UnpairedStatistics(same, same, 1, 1))))
          .isCloseTo(desirable / 2, within(1e-12));
    }
  }

  @Test
  void shouldKeepTheReferencePointAtZeroWithoutMismatchedCompletions() {
    var random = new SplittableRandom(9);
    CompletionStatistics any = RandomStatistics.completion(random);
    List<UnpairedStatistics> alone = List.of(new UnpairedStatistics(any, null, 1, 1));

    assertThat(new KtoObjective(0.1, 1, 1).evaluate(alone).referencePoint()).isZero();
    assertThat(total(new KtoObjective(0.1, 1, 1), alone))
        .isEqualTo(total(new ApoZeroUnpairedObjective(0.1, 1, 1), alone));
  }

  private static double total(UnpairedObjective objective, List<UnpairedStatistics> batch) {
    List<UnpairedValue> values = objective.evaluate(batch).values();
    double sum = 0;
    for (int k = 0; k < batch.size(); k++) {
      sum += batch.get(k).weight() * values.get(k).loss();
    }
    return sum;
  }

  /** The completions move, the mismatched ones don't: no gradient passes them. */
  private static List<UnpairedStatistics> moved(
      List<UnpairedStatistics> batch, List<CompletionStatistics> direction, double step) {
    List<UnpairedStatistics> moved = new ArrayList<>();
    for (int k = 0; k < batch.size(); k++) {
      UnpairedStatistics example = batch.get(k);
      moved.add(
          new UnpairedStatistics(
              RandomStatistics.moved(example.completion(), direction.get(k), step),
              example.mismatched(),
              example.belief(),
              example.weight()));
    }
    return moved;
  }

  private static List<UnpairedStatistics> batch(SplittableRandom random, int examples) {
    return Stream.generate(() -> example(random)).limit(examples).toList();
  }

  private static UnpairedStatistics example(SplittableRandom random) {
    return new UnpairedStatistics(
        RandomStatistics.completion(random),
        RandomStatistics.completion(random),
        random.nextInt(3) / 2.0,
        random.nextDouble(0.1, 2));
  }

  private static UnpairedStatistics told(UnpairedStatistics example, double belief, double weight) {
    return new UnpairedStatistics(example.completion(), example.mismatched(), belief, weight);
  }

  private static List<UnpairedStatistics> with(
      List<UnpairedStatistics> rest, UnpairedStatistics... more) {
    return Stream.concat(rest.stream(), Stream.of(more)).toList();
  }
}
