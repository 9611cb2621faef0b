/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.reward.BradleyTerryLoss.LossValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BradleyTerryLossTest {
  private static final int INPUTS = 1_000;
  private static final double STEP = 1e-5;

  private static PairScores random(SplittableRandom random) {
    return new PairScores(
        random.nextDouble(-6, 6),
        random.nextDouble(-6, 6),
        random.nextDouble(),
        random.nextDouble(-1, 3),
        random.nextDouble(0, 2));
  }

  private static double loss(BradleyTerryLoss loss, PairScores pair) {
    return loss.of(List.of(pair), 3).loss();
  }

  private static PairScores moved(PairScores pair, double a, double b) {
    return new PairScores(pair.a() + a, pair.b() + b, pair.belief(), pair.margin(), pair.weight());
  }

  @Test
  void shouldHaveTheDerivativesThatCentralDifferencesFind() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < INPUTS; i++) {
      BradleyTerryLoss loss = new BradleyTerryLoss(random.nextDouble(0, 0.1));
      PairScores pair = random(random);
      LossValue value = loss.of(List.of(pair), 3);
      double alongA =
          (loss(loss, moved(pair, STEP, 0)) - loss(loss, moved(pair, -STEP, 0))) / (2 * STEP);
      double alongB =
          (loss(loss, moved(pair, 0, STEP)) - loss(loss, moved(pair, 0, -STEP))) / (2 * STEP);
      assertThat(value.ofA()[0]).as("%s", pair).isCloseTo(alongA, within(1e-8));
      assertThat(value.ofB()[0]).as("%s", pair).isCloseTo(alongB, within(1e-8));
    }
  }

  @Test
  void shouldNotCareWhichTextIsCalledA() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < INPUTS; i++) {
      BradleyTerryLoss loss = new BradleyTerryLoss(0.01);
      PairScores pair = random(random);
      LossValue value = loss.of(List.of(pair), 2);
      LossValue swapped = loss.of(List.of(pair.swapped()), 2);
      assertThat(swapped.loss()).isCloseTo(value.loss(), within(1e-12));
      assertThat(swapped.ofA()[0]).isCloseTo(value.ofB()[0], within(1e-12));
      assertThat(swapped.ofB()[0]).isCloseTo(value.ofA()[0], within(1e-12));
    }
  }

  @Test
  void shouldCountAPairTwiceAtWeightTwoAndNotAtAllAtWeightZero() {
    BradleyTerryLoss loss = new BradleyTerryLoss(0.01);
    PairScores once = new PairScores(0.3, -0.2, 0.8, 0.5, 1);
    PairScores twice = new PairScores(0.3, -0.2, 0.8, 0.5, 2);
    PairScores never = new PairScores(0.3, -0.2, 0.8, 0.5, 0);
    LossValue value = loss.of(List.of(once), 4);
    assertThat(loss.of(List.of(twice), 4).loss())
        .isCloseTo(loss.of(List.of(once, once), 4).loss(), within(1e-15));
    assertThat(loss.of(List.of(twice), 4).ofA()[0]).isEqualTo(2 * value.ofA()[0]);
    assertThat(loss.of(List.of(never), 4).loss()).isZero();
    assertThat(loss.of(List.of(never), 4).ofA()[0]).isZero();
    assertThat(loss.of(List.of(never), 4).ofB()[0]).isZero();
  }

  @Test
  void shouldAddUpOverPartsOfABatch() {
    SplittableRandom random = new SplittableRandom(3);
    BradleyTerryLoss loss = new BradleyTerryLoss(0.01);
    List<PairScores> batch = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      batch.add(random(random));
    }
    assertThat(loss.of(batch.subList(0, 4), 6).loss() + loss.of(batch.subList(4, 6), 6).loss())
        .isCloseTo(loss.of(batch, 6).loss(), within(1e-14));
  }

  @Test
  void shouldSeeDifferencesAloneUnlessItCentres() {
    PairScores pair = new PairScores(1.5, -0.5, 0.9, 0, 1);
    PairScores shifted = moved(pair, 100, 100);
    LossValue value = new BradleyTerryLoss(0).of(List.of(pair), 1);
    assertThat(loss(new BradleyTerryLoss(0), shifted))
        .isCloseTo(loss(new BradleyTerryLoss(0), pair), within(1e-12));
    assertThat(value.ofA()[0]).isEqualTo(-value.ofB()[0]);
    assertThat(loss(new BradleyTerryLoss(0.01), shifted))
        .isGreaterThan(loss(new BradleyTerryLoss(0.01), pair) + 100);
  }

  @Test
  void shouldStayFiniteWhereScoresAreFarApart() {
    LossValue wrong = new BradleyTerryLoss(0).of(List.of(PairScores.decided(-1e4, 1e4)), 1);
    assertThat(wrong.loss()).isEqualTo(2e4);
    assertThat(wrong.ofA()[0]).isEqualTo(-1);
    LossValue right = new BradleyTerryLoss(0).of(List.of(PairScores.decided(1e4, -1e4)), 1);
    assertThat(right.loss()).isZero();
    assertThat(right.ofA()[0]).isZero();
  }

  @Test
  void shouldRefuseWhatNoPairCanSay() {
    assertThatThrownBy(() -> new BradleyTerryLoss(-0.1))
        .hasMessage(
            "center_rewards_coefficient must be at least 0, but was -0.1 (typical: 0.01; 0 is off)");
    assertThatThrownBy(() -> new PairScores(0, 0, 1.2, 0, 1))
        .hasMessage("belief must be in [0, 1], but was 1.2");
    assertThatThrownBy(() -> new PairScores(0, 0, 1, Double.NaN, 1))
        .hasMessage("margin must be finite, but was NaN (typical: 0 to 3)");
    assertThatThrownBy(() -> new PairScores(0, 0, 1, 0, -1))
        .hasMessage("weight must be at least 0, but was -1.0");
  }
}
