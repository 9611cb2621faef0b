/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.objectives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.Statistic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImportanceObjectiveTest {
  private static final DpoObjective DPO = new DpoObjective(0.1, 0);

  @Test
  void shouldWeighAPairByWhatThePolicyThinksOfItNow() {
    PairValue plain = DPO.evaluate(List.of(pair(0, 0))).getFirst();

    assertThat(loss(2, pair(-1, -0.5))).isCloseTo(0.472367 * plain.loss(), within(5e-7));
    assertThat(loss(2, pair(0, 0))).isEqualTo(plain.loss());
    assertThat(loss(2, pair(5, 5))).isCloseTo(2 * plain.loss(), within(1e-12));
  }

  @Test
  void shouldHoldTheWeightConstantInTheGradient() {
    PairValue plain = DPO.evaluate(List.of(pair(0, 0))).getFirst();
    PairValue weighed = new ImportanceObjective(DPO, 2).evaluate(List.of(pair(-1, -1))).getFirst();

    assertThat(weighed.a().value(Statistic.LOG_PROB, 0))
        .isCloseTo(Math.exp(-1) * plain.a().value(Statistic.LOG_PROB, 0), within(1e-12));
    assertThat(weighed.rewardA()).isEqualTo(plain.rewardA());
  }

  @Test
  void shouldCountAPairInFullWhereOneSamplerIsUnknown() {
    PairStatistics half =
        PairStatistics.of(completion().sampled(new double[] {-9}), completion(), 1, 1);

    assertThat(loss(2, half)).isEqualTo(DPO.evaluate(List.of(half)).getFirst().loss());
  }

  @Test
  void shouldBeMadeFromSettings() {
    assertThat(LossTypes.objective(List.of("ipo"), Map.of("pair_importance_cap", "3")))
        .isEqualTo(new ImportanceObjective(new IpoObjective(0.1), 3));
    assertThatThrownBy(
            () -> LossTypes.objective(List.of("grpo"), Map.of("pair_importance_cap", "3")))
        .hasMessage("pair_importance_cap goes with objectives on pairs, not with grpo");
    assertThatThrownBy(() -> new ImportanceObjective(DPO, 0))
        .hasMessage("pair_importance_cap must be positive, but was 0.0 (typical: 2)");
  }

  private static double loss(double cap, PairStatistics pair) {
    return new ImportanceObjective(DPO, cap).evaluate(List.of(pair)).getFirst().loss();
  }

  /** One token each, whose log-ratios to the sampler are these. */
  private static PairStatistics pair(double a, double b) {
    return PairStatistics.of(
        completion().sampled(new double[] {-2 - a}),
        completion().sampled(new double[] {-2 - b}),
        1,
        1);
  }

  private static CompletionStatistics completion() {
    return CompletionStatistics.of(
        Map.of(
            Statistic.LOG_PROB,
            new double[] {-2},
            Statistic.REFERENCE_LOG_PROB,
            new double[] {-3}));
  }
}
