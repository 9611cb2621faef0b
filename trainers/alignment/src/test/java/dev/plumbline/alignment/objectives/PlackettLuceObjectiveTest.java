/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlackettLuceObjectiveTest {
  private static final double BETA = 0.3;
  private static final PlackettLuceObjective OBJECTIVE = new PlackettLuceObjective(BETA);

  @Test
  void shouldAgreeWithCentralDifferencesOnAThousandSeededRankings() {
    var random = new SplittableRandom(20261121);
    double step = 1e-5;
    for (int i = 0; i < 1_000; i++) {
      ListStatistics ranking = ranking(random);
      List<CompletionStatistics> direction =
          ranking.completions().stream()
              .map(y -> RandomStatistics.completion(random, y.tokens()))
              .toList();

      ListValue value = OBJECTIVE.evaluate(ranking);
      double analytic = 0;
      for (int k = 0; k < direction.size(); k++) {
        analytic +=
            RandomStatistics.along(
                value.completions().get(k), ranking.completions().get(k), direction.get(k));
      }
      double numeric =
          (OBJECTIVE.evaluate(moved(ranking, direction, step)).loss()
                  - OBJECTIVE.evaluate(moved(ranking, direction, -step)).loss())
              / (2 * step);

      assertThat(analytic).isCloseTo(numeric, within(1e-7));
    }
  }

  @Test
  void shouldGiveTheMeanOverAllOrdersOfWhatIsTied() {
    var random = new SplittableRandom(3);
    for (int i = 0; i < 100; i++) {
      ListStatistics ranking = ranking(random);
      double[] rewards =
          ranking.completions().stream().mapToDouble(y -> BETA * y.logRatio()).toArray();
      List<List<Integer>> orders = orders(ranking.tierSizes(), 0);

      double mean =
          orders.stream().mapToDouble(order -> strict(rewards, order)).average().orElseThrow();

      assertThat(OBJECTIVE.evaluate(ranking).loss()).isCloseTo(mean, within(1e-10));
    }
  }

  @Test
  void shouldBeDpoOnTwoAndDpoOfEqualBeliefOnATie() {
    var random = new SplittableRandom(5);
    DpoObjective dpo = new DpoObjective(BETA, 0);
    for (int i = 0; i < 100; i++) {
      CompletionStatistics a = RandomStatistics.completion(random);
      CompletionStatistics b = RandomStatistics.completion(random);

      ListValue strict = OBJECTIVE.evaluate(new ListStatistics(List.of(a, b), List.of(1, 1), 1));
      ListValue tied = OBJECTIVE.evaluate(new ListStatistics(List.of(a, b), List.of(2), 1));

      PairValue certain = dpo.evaluate(PairStatistics.of(a, b, 1, 1));
      PairValue even = dpo.evaluate(PairStatistics.of(a, b, 0.5, 1));
      assertThat(strict.loss()).isCloseTo(certain.loss(), within(1e-12));
      assertThat(tied.loss()).isCloseTo(even.loss(), within(1e-12));
      assertThat(tied.completions().getFirst().value(Statistic.LOG_PROB, 0))
          .isCloseTo(even.a().value(Statistic.LOG_PROB, 0), within(1e-12));
    }
  }

  @Test
  void shouldLoseLogKFactorialOnEqualRewards() {
    CompletionStatistics same =
        RandomStatistics.unmoved(RandomStatistics.completion(new SplittableRandom(7), 1));

    for (List<Integer> tiers : List.of(List.of(1, 1, 1, 1), List.of(4), List.of(1, 2, 1))) {
      ListValue value =
          OBJECTIVE.evaluate(new ListStatistics(Collections.nCopies(4, same), tiers, 1));

      assertThat(value.loss()).isCloseTo(Math.log(24), within(1e-12));
    }
  }

  @Test
  void shouldStayFiniteAtExtremeLogProbabilities() {
    var random = new SplittableRandom(11);
    ListStatistics ranking = ranking(random);
    List<CompletionStatistics> first = new ArrayList<>(ranking.completions());
    first.set(0, RandomStatistics.moved(first.getFirst(), first.getFirst(), 1e6));

    ListValue value = OBJECTIVE.evaluate(new ListStatistics(first, ranking.tierSizes(), 1));

    assertThat(value.loss()).isFinite();
    assertThat(value.completions().getFirst().value(Statistic.LOG_PROB, 0)).isFinite();
  }

  @Test
  void shouldRefuseTiersThatDoNotFit() {
    CompletionStatistics any = RandomStatistics.completion(new SplittableRandom(1));

    assertThatThrownBy(() -> new ListStatistics(List.of(any, any), List.of(1, 2), 1))
        .hasMessageContaining("2 were in tiers of [1, 2]");
    assertThatThrownBy(() -> new ListStatistics(List.of(any), List.of(1), 1))
        .hasMessageContaining("at least 2 completions");
    ListStatistics large = new ListStatistics(Collections.nCopies(13, any), List.of(13), 1);
    assertThatThrownBy(() -> OBJECTIVE.evaluate(large))
        .hasMessage("plackett_luce takes tiers of at most 12 tied completions, but one had 13");
  }

  /** The likelihood of one strict order, straight from its definition. */
  private static double strict(double[] rewards, List<Integer> order) {
    double probability = 1;
    for (int k = 0; k < order.size(); k++) {
      double rest = 0;
      for (int later : order.subList(k, order.size())) {
        rest += Math.exp(rewards[later]);
      }
      probability *= Math.exp(rewards[order.get(k)]) / rest;
    }
    return -Math.log(probability);
  }

  /** Every strict order of completions {@code from} on that the tiers allow. */
  private static List<List<Integer>> orders(List<Integer> tiers, int from) {
    if (tiers.isEmpty()) {
      return List.of(List.of());
    }
    List<Integer> tier = Stream.iterate(from, k -> k + 1).limit(tiers.getFirst()).toList();
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> behind : orders(tiers.subList(1, tiers.size()), from + tier.size())) {
      for (List<Integer> front : permutations(tier)) {
        all.add(Stream.concat(front.stream(), behind.stream()).toList());
      }
    }
    return all;
  }

  private static List<List<Integer>> permutations(List<Integer> of) {
    if (of.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (Integer first : of) {
      List<Integer> others = of.stream().filter(k -> !k.equals(first)).toList();
      for (List<Integer> rest : permutations(others)) {
        all.add(Stream.concat(Stream.of(first), rest.stream()).toList());
      }
    }
    return all;
  }

  private static ListStatistics moved(
      ListStatistics ranking, List<CompletionStatistics> direction, double step) {
    List<CompletionStatistics> moved = new ArrayList<>();
    for (int k = 0; k < direction.size(); k++) {
      moved.add(RandomStatistics.moved(ranking.completions().get(k), direction.get(k), step));
    }
    return new ListStatistics(moved, ranking.tierSizes(), ranking.weight());
  }

  private static ListStatistics ranking(SplittableRandom random) {
    List<Integer> tiers = new ArrayList<>();
    List<CompletionStatistics> completions = new ArrayList<>();
    while (completions.size() < 2 || tiers.size() < 3) {
      int tier = random.nextInt(1, 4);
      tiers.add(tier);
      for (int i = 0; i < tier; i++) {
        completions.add(RandomStatistics.completion(random));
      }
    }
    return new ListStatistics(completions, tiers, 1);
  }
}
