/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WilsonIntervalTest {

  @Test
  void shouldGiveTheWorkedNumberOfItsDocumentation() {
    WilsonInterval interval = WilsonInterval.of(8, 10);

    assertThat(interval.low()).isCloseTo(0.4902, within(1e-4));
    assertThat(interval.high()).isCloseTo(0.9433, within(1e-4));
  }

  @Test
  void shouldStayInsideZeroToOne() {
    assertThat(WilsonInterval.of(0, 3).low()).isZero();
    assertThat(WilsonInterval.of(3, 3).high()).isEqualTo(1);
    assertThat(WilsonInterval.of(0, 0)).isEqualTo(new WilsonInterval(0, 1));
  }

  @Test
  void shouldBeTheSameSeenFromFailures() {
    WilsonInterval wins = WilsonInterval.of(30, 100);
    WilsonInterval losses = WilsonInterval.of(70, 100);

    assertThat(1 - losses.high()).isCloseTo(wins.low(), within(1e-12));
    assertThat(1 - losses.low()).isCloseTo(wins.high(), within(1e-12));
  }

  @Test
  void shouldRefuseMoreSuccessesThanTrials() {
    assertThatThrownBy(() -> WilsonInterval.of(3, 2))
        .hasMessage("successes must be in 0 to trials, but were 3 of 2");
  }
}
