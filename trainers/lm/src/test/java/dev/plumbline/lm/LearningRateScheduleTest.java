/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Expected numbers are those of {@code get_scheduler} in transformers 5.23.0, ten steps in all. */
final class LearningRateScheduleTest {
  private static final double ROUNDING = 1e-15;

  @Test
  void shouldStayAfterTheWarmUp() {
    assertThat(rates(new LearningRateSchedule.Constant(), 3, 0, 6))
        .containsExactly(0.25, 0.5, 0.75, 1, 1, 1);
    assertThat(rates(new LearningRateSchedule.Constant(), 0, 0, 3)).containsExactly(1, 1, 1);
  }

  @Test
  void shouldFallLinearlyToZero() {
    assertThat(rates(new LearningRateSchedule.Linear(10), 0, 0, 12))
        .containsExactly(
            new double[] {1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0}, within(ROUNDING));
    assertThat(rates(new LearningRateSchedule.Linear(10), 3, 3, 12))
        .containsExactly(
            new double[] {
              1.0,
              0.8571428571428571,
              0.7142857142857143,
              0.5714285714285714,
              0.42857142857142855,
              0.2857142857142857,
              0.14285714285714285,
              0,
              0
            },
            within(ROUNDING));
  }

  @Test
  void shouldFallAsHalfACosineAndStayAtZero() {
    assertThat(rates(new LearningRateSchedule.Cosine(10), 0, 0, 11))
        .containsExactly(
            new double[] {
              1.0,
              0.9755282581475768,
              0.9045084971874737,
              0.7938926261462366,
              0.6545084971874737,
              0.5,
              0.34549150281252633,
              0.2061073738537635,
              0.09549150281252633,
              0.024471741852423234,
              0
            },
            within(ROUNDING));
    assertThat(rates(new LearningRateSchedule.Cosine(10), 3, 3, 12))
        .containsExactly(
            new double[] {
              1.0,
              0.9504844339512095,
              0.8117449009293668,
              0.6112604669781572,
              0.38873953302184283,
              0.18825509907063326,
              0.04951556604879048,
              0,
              0
            },
            within(ROUNDING));
  }

  @Test
  void shouldWarmUpAlikeWhateverFollows() {
    double[] expected = {0.25, 0.5, 0.75, 1};
    assertThat(rates(new LearningRateSchedule.Linear(10), 3, 0, 4)).containsExactly(expected);
    assertThat(rates(new LearningRateSchedule.Cosine(10), 3, 0, 4)).containsExactly(expected);
  }

  @Test
  void shouldRefuseAScheduleThatEndsInTheWarmUp() {
    assertThatThrownBy(() -> rates(new LearningRateSchedule.Linear(3), 3, 0, 1))
        .hasMessage("max_steps must be more than warmup_steps, but they were 3 and 3");
    assertThatThrownBy(() -> rates(new LearningRateSchedule.Cosine(0), 0, 0, 1))
        .hasMessage("max_steps must be more than warmup_steps, but they were 0 and 0");
  }

  private static double[] rates(LearningRateSchedule schedule, int warmup, long from, long to) {
    AdamWConfig config = new AdamWConfig(1, 0.9, 0.999, 1e-8, 0, 1, warmup).scheduled(schedule);
    return LongStream.range(from, to).mapToDouble(config::learningRateAt).toArray();
  }
}
