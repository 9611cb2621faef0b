/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptControlTest {
  private static final double[] LOG_PROBS = {Math.log(0.5), Math.log(0.3), Math.log(0.2)};
  private static final double[] ATTRIBUTE = {Math.log(0.2), Math.log(0.4), Math.log(0.9)};

  @Test
  void shouldChooseTheLevelByHowManyThresholdsAreNotExceeded() {
    PromptControl.Bank bank = new PromptControl.Bank(List.of(0.8, 0.4));

    assertThat(bank.levels()).isEqualTo(3);
    assertThat(bank.level(1)).isZero();
    assertThat(bank.level(0.81)).isZero();
    assertThat(bank.level(0.8)).isOne();
    assertThat(bank.level(0.41)).isOne();
    assertThat(bank.level(0.4)).isEqualTo(2);
    assertThat(bank.level(0)).isEqualTo(2);
  }

  @Test
  void shouldNeverPromptWithoutThresholds() {
    PromptControl.Bank bank = new PromptControl.Bank(List.of());

    assertThat(bank.levels()).isOne();
    assertThat(bank.level(0.01)).isZero();
  }

  @Test
  void shouldRefuseThresholdsThatDoNotFall() {
    assertThatThrownBy(() -> new PromptControl.Bank(List.of(0.4, 0.8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0.4, 0.8]");
    assertThatThrownBy(() -> new PromptControl.Bank(List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldMultiplyByTheControllersProbabilityAtLambdaOne() {
    // 0.5 * 0.2, 0.3 * 0.4 and 0.2 * 0.9 are 0.10, 0.12 and 0.18; their sum is 0.40.
    assertThat(probs(new ResidualControl(1).logProbs(LOG_PROBS, ATTRIBUTE)))
        .containsExactly(new double[] {0.25, 0.30, 0.45}, within(1e-12));
  }

  @Test
  void shouldLeaveThePolicyAloneAtLambdaZeroEvenWhereTheAttributeIsImpossible() {
    double[] impossible = {Double.NEGATIVE_INFINITY, 0, 0};

    assertThat(probs(new ResidualControl(0).logProbs(LOG_PROBS, impossible)))
        .containsExactly(new double[] {0.5, 0.3, 0.2}, within(1e-12));
  }

  @Test
  void shouldIgnoreWhatAllTokensHaveInCommon() {
    double[] shifted = Arrays.stream(LOG_PROBS).map(logProb -> logProb + 7).toArray();
    double[] scaled = Arrays.stream(ATTRIBUTE).map(logProb -> logProb - 3).toArray();

    assertThat(new ResidualControl(2).logProbs(shifted, scaled))
        .containsExactly(new ResidualControl(2).logProbs(LOG_PROBS, ATTRIBUTE), within(1e-12));
  }

  @Test
  void shouldMixMovedAndUnmovedGeometrically() {
    double[] unmoved = {Math.log(0.2), Math.log(0.3), Math.log(0.5)};

    // sqrt(0.5 * 0.2), sqrt(0.3 * 0.3) and sqrt(0.2 * 0.5), normalised.
    double ends = Math.sqrt(0.1);
    double sum = 2 * ends + 0.3;
    assertThat(probs(new GeometricMean(0.5).logProbs(LOG_PROBS, unmoved)))
        .containsExactly(new double[] {ends / sum, 0.3 / sum, ends / sum}, within(1e-12));
    assertThat(probs(new GeometricMean(1).logProbs(LOG_PROBS, unmoved)))
        .containsExactly(new double[] {0.5, 0.3, 0.2}, within(1e-12));
  }

  @Test
  void shouldTakeABradleyTerryRewardForAController() {
    RewardController controller = new RewardController(0.5);

    assertThat(controller.attributeLogProb(0.5)).isCloseTo(Math.log(0.5), within(1e-12));
    assertThat(controller.attributeLogProb(0.5 + Math.log(3)))
        .isCloseTo(Math.log(0.75), within(1e-12));
    assertThat(controller.attributeLogProb(-999.5)).isCloseTo(-1000, within(1e-9));
  }

  private static double[] probs(double[] logProbs) {
    return Arrays.stream(logProbs).map(Math::exp).toArray();
  }
}
