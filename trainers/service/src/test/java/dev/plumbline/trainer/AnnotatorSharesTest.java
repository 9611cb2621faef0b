/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.trainer.AnnotatorShares.Spoken;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnnotatorSharesTest {
  private static final double ROUNDING = 1e-6;

  @Test
  void shouldLeaveNobodyMoreThanTheShareInAnySlice() {
    var random = new SplittableRandom(11);
    for (int round = 0; round < 500; round++) {
      List<Spoken> slice = slice(random);
      long sharePpm = random.nextLong(1_000, 1_000_001);
      AnnotatorShares shares = AnnotatorShares.of(slice, sharePpm);

      Map<String, Double> before = new TreeMap<>();
      Map<String, Double> after = new TreeMap<>();
      double total = 0;
      for (Spoken example : slice) {
        double kept = shares.factor(example);
        assertThat(kept).isBetween(0.0, 1.0);
        total += example.weightPpm() * kept;
        for (String annotator : example.annotatorIds()) {
          double part = example.weightPpm() / (double) example.annotatorIds().size();
          before.merge(annotator, part, Double::sum);
          after.merge(annotator, part * alone(shares, annotator), Double::sum);
        }
      }
      double bound = Math.max(sharePpm / 1e6, unnamed(slice) ? 0 : 1.0 / after.size());
      double all = total;
      after.forEach(
          (annotator, part) ->
              assertThat(part).as(annotator).isLessThanOrEqualTo(bound * all + ROUNDING * all));
      // Whoever keeps all stays below the level that the others were cut to.
      double level = after.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
      after.forEach(
          (annotator, part) ->
              assertThat(part)
                  .isCloseTo(Math.min(before.get(annotator), level), within(ROUNDING * all + 1)));
    }
  }

  @Test
  void shouldGiveTheSameFactorsInWhicheverOrderExamplesCome() {
    List<Spoken> slice = slice(new SplittableRandom(5));
    AnnotatorShares shares = AnnotatorShares.of(slice, 100_000);
    List<Spoken> shuffled = new ArrayList<>(slice);
    Collections.shuffle(shuffled, new Random(3));

    AnnotatorShares other = AnnotatorShares.of(shuffled, 100_000);

    assertThat(slice)
        .allSatisfy(example -> assertThat(other.factor(example)).isEqualTo(shares.factor(example)));
  }

  @Test
  void shouldLeaveEverythingAsItIsWhereNobodyHasTooMuch() {
    List<Spoken> slice = List.of(spoken(3, "a"), spoken(3, "b"), spoken(4, "c", "d"));

    AnnotatorShares shares = AnnotatorShares.of(slice, 300_000);

    assertThat(slice).allSatisfy(example -> assertThat(shares.factor(example)).isEqualTo(1));
    assertThat(shares.capped()).isZero();
    assertThat(shares.kept()).isEqualTo(1);
  }

  @Test
  void shouldCutWhoSaidMostToTheLevelOfTheShare() {
    // 80 of 100: with t = 0.2 (20 + t), 5 are left of them.
    List<Spoken> slice = new ArrayList<>(List.of(spoken(80, "farm")));
    for (int i = 0; i < 10; i++) {
      slice.add(spoken(2, "person-" + i));
    }

    AnnotatorShares shares = AnnotatorShares.of(slice, 200_000);

    assertThat(shares.factor(slice.getFirst())).isEqualTo(5 / 80.0);
    assertThat(shares.capped()).isEqualTo(1);
    assertThat(shares.largestShareBefore()).isEqualTo(0.8);
    assertThat(shares.kept()).isEqualTo(0.25);
  }

  @Test
  void shouldDivideEquallyWhereTooFewSpokeForTheShare() {
    List<Spoken> slice = List.of(spoken(6, "a"), spoken(2, "b"));

    AnnotatorShares shares = AnnotatorShares.of(slice, 200_000);

    assertThat(shares.factor(slice.getFirst())).isEqualTo(1 / 3.0);
    assertThat(shares.factor(slice.getLast())).isEqualTo(1);
  }

  @Test
  void shouldCountUnnamedAnnotatorsTowardsTheTotal() {
    List<Spoken> slice = List.of(spoken(5, "a"), spoken(6));

    assertThat(AnnotatorShares.of(slice, 250_000).factor(slice.getFirst())).isEqualTo(2 / 5.0);
    assertThat(AnnotatorShares.of(slice, 250_000).factor(slice.getLast())).isEqualTo(1);
  }

  private static double alone(AnnotatorShares shares, String annotator) {
    return shares.factor(new Spoken(1, List.of(annotator)));
  }

  private static boolean unnamed(List<Spoken> slice) {
    return slice.stream().anyMatch(each -> each.annotatorIds().isEmpty() && each.weightPpm() > 0);
  }

  private static List<Spoken> slice(SplittableRandom random) {
    int annotators = random.nextInt(1, 30);
    List<Spoken> slice = new ArrayList<>();
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      // Squared, so that some say far more than others.
      List<String> ids =
          random
              .doubles(random.nextInt(1, 5))
              .mapToObj(draw -> "annotator-" + (int) (draw * draw * annotators))
              .distinct()
              .sorted()
              .toList();
      slice.add(new Spoken(random.nextInt(1, 1_000_001), random.nextInt(9) == 0 ? List.of() : ids));
    }
    return slice;
  }

  private static Spoken spoken(int weight, String... annotators) {
    return new Spoken(weight * 100_000L, List.of(annotators));
  }
}
