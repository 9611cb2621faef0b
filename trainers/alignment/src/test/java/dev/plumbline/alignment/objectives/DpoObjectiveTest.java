/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DpoObjectiveTest {
  private static final DpoObjective DPO = new DpoObjective(0.1, 0);

  @Test
  void shouldGiveTheWorkedNumberOfItsDocumentation() {
    PairValue value = DPO.evaluate(pair(2, -3, 1));

    assertThat(value.loss()).isCloseTo(0.474077, within(1e-6));
    assertThat(derivative(value.a())).isCloseTo(-0.0377541, within(1e-7));
    assertThat(derivative(value.b())).isEqualTo(-derivative(value.a()));
    assertThat(value.rewardA().value()).isCloseTo(0.2, within(1e-12));
    assertThat(value.rewardB().value()).isCloseTo(-0.3, within(1e-12));
  }

  @Test
  void shouldLoseLn2WherePolicyAndReferenceAgreeWhateverTheBelief() {
    for (double belief : new double[] {0, 0.25, 0.5, 1}) {
      assertThat(DPO.evaluate(pair(0, 0, belief)).loss()).isCloseTo(Math.log(2), within(1e-15));
    }
  }

  @Test
  void shouldTendToLn2AsBetaTendsToZero() {
    assertThat(new DpoObjective(1e-12, 0.1).evaluate(pair(40, -30, 0.9)).loss())
        .isCloseTo(Math.log(2), within(1e-10));
  }

  @Test
  void shouldBeLeastAtEqualRewardsWhenBothSidesAreEquallyLikely() {
    PairValue value = DPO.evaluate(pair(3, 3, 0.5));

    assertThat(derivative(value.a())).isZero();
    assertThat(value.loss()).isLessThan(DPO.evaluate(pair(3.1, 3, 0.5)).loss());
  }

  @Test
  void shouldMixBothDirectionsByBelief() {
    double certainA = DPO.evaluate(pair(4, -9, 1)).loss();
    double certainB = DPO.evaluate(pair(4, -9, 0)).loss();

    assertThat(DPO.evaluate(pair(4, -9, 0.7)).loss())
        .isCloseTo(0.7 * certainA + 0.3 * certainB, within(1e-14));
  }

  @Test
  void shouldTreatLabelSmoothingAsDoubtInTheBelief() {
    assertThat(new DpoObjective(0.1, 0.2).evaluate(pair(4, -9, 1)).loss())
        .isEqualTo(DPO.evaluate(pair(4, -9, 0.8)).loss());
  }

  @Test
  void shouldStayFiniteAtExtremeMargins() {
    for (double ratio : new double[] {1e3, 1e8, 1e300}) {
      for (double belief : new double[] {0, 0.3, 1}) {
        PairValue value = DPO.evaluate(pair(ratio, -ratio, belief));

        assertThat(value.loss()).isFinite().isNotNegative();
        assertThat(derivative(value.a())).isFinite();
      }
    }
    assertThat(DPO.evaluate(pair(-1e8, 1e8, 1)).loss()).isCloseTo(2e7, within(1e-6));
  }

  @Test
  void shouldRefuseSettingsOutOfRange() {
    assertThatThrownBy(() -> new DpoObjective(-0.1, 0))
        .hasMessage("beta must be positive, but was -0.1 (typical: 0.1 to 0.5)");
    assertThatThrownBy(() -> new DpoObjective(0.1, 0.5))
        .hasMessage("label_smoothing must be in [0, 0.5), but was 0.5");
  }

  @Test
  void shouldRefuseBeliefsAndWeightsOutOfRange() {
    Stream.of(-0.1, 1.1, Double.NaN)
        .forEach(
            belief ->
                assertThatThrownBy(() -> pair(0, 0, belief))
                    .hasMessage("belief must be in [0, 1], but was " + belief));
    PairStatistics pair = pair(0, 0, 1);
    assertThatThrownBy(() -> PairStatistics.of(pair.a(), pair.b(), 1, -1))
        .hasMessage("weight must be at least 0, but was -1.0");
  }

  private static PairStatistics pair(double logRatioA, double logRatioB, double belief) {
    return RandomStatistics.oneToken(logRatioA, logRatioB, belief);
  }

  private static double derivative(TokenDerivatives completion) {
    return completion.value(Statistic.LOG_PROB, 0);
  }
}
