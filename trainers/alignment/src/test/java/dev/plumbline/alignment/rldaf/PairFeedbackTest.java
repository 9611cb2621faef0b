/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PairFeedbackTest {
  private static final RolloutTokens.Model A = model(-1, -2);
  private static final RolloutTokens.Model B = model(-2, -3);
  private static final double[] BEHAVIOUR = {-1, -2};

  @Test
  void shouldRewardTheEndsOfACertainPairByOneAndMinusOne() {
    PairFeedback.RolloutPair pair = new PairFeedback(1).rollouts(A, BEHAVIOUR, B, BEHAVIOUR);

    assertThat(pair.a().gain(0)).isZero();
    assertThat(pair.a().gain(1)).isEqualTo(1);
    assertThat(pair.b().gain(0)).isZero();
    assertThat(pair.b().gain(1)).isEqualTo(-1);
  }

  @Test
  void shouldAttainHowFarThePolicyAgrees() {
    // The log-ratios are (-1 - 2) - (-4) = 1 and (-2 - 3) - (-4) = -1.
    double agreement = 1 / (1 + Math.exp(-2));

    assertThat(new PairFeedback(1).rollouts(A, BEHAVIOUR, B, BEHAVIOUR).a().attainment())
        .isCloseTo(agreement, within(1e-12));
    assertThat(new PairFeedback(0.25).rollouts(A, BEHAVIOUR, B, BEHAVIOUR).b().attainment())
        .isCloseTo(0.25 * agreement + 0.75 * (1 - agreement), within(1e-12));
  }

  @Test
  void shouldMoveNothingWhereNobodyCanDecide() {
    PairFeedback.RolloutPair pair = new PairFeedback(0.5).rollouts(A, BEHAVIOUR, B, BEHAVIOUR);

    assertThat(pair.a().gain(1)).isZero();
    assertThat(pair.b().gain(1)).isZero();
    assertThat(pair.a().attainment()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void shouldSayTheSameOfTheSwappedPair() {
    PairFeedback.RolloutPair pair = new PairFeedback(0.7).rollouts(A, BEHAVIOUR, B, BEHAVIOUR);
    PairFeedback.RolloutPair swapped = new PairFeedback(0.3).rollouts(B, BEHAVIOUR, A, BEHAVIOUR);

    assertThat(swapped.b().gain(1)).isCloseTo(pair.a().gain(1), within(1e-12));
    assertThat(swapped.b().attainment()).isCloseTo(pair.a().attainment(), within(1e-12));
  }

  @Test
  void shouldRaiseTheBetterCompletionAndLowerTheOther() {
    PairFeedback.RolloutPair pair = new PairFeedback(1).rollouts(A, BEHAVIOUR, B, BEHAVIOUR);
    WeightAdjustment adjustment = new WeightAdjustment(0.8, 0.3, 0.9, 0.99, 0.15);

    RldafValue value =
        new Rldaf(TokenReward.klShaped(), adjustment, 2)
            .evaluate(List.of(pair.a(), pair.b()), adjustment.initial());

    assertThat(Arrays.stream(value.byLogProb().get(0))).allMatch(derivative -> derivative < 0);
    assertThat(Arrays.stream(value.byLogProb().get(1))).allMatch(derivative -> derivative > 0);
  }

  private static RolloutTokens.Model model(double first, double second) {
    return new RolloutTokens.Model(
        new double[] {first, second}, new double[] {-2, -2}, new double[] {0.1, 0.2});
  }
}
