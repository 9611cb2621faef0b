/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WinRateTest {
  @Test
  void shouldCountWinsLossesAndTies() {
    WinRate winRate = WinRate.of(List.of(2, 0, -1, 3, 1), List.of(1, 0, 2, -3, 1));

    assertThat(winRate).isEqualTo(new WinRate(2, 1, 2));
    assertThat(winRate.rate()).isEqualTo(2 / 3.0);
    assertThat(winRate.tieShare()).isEqualTo(0.4);
  }

  @Test
  void shouldSayOneHalfWhereNothingIsDecided() {
    assertThat(new WinRate(0, 0, 5).rate()).isEqualTo(0.5);
    assertThat(new WinRate(0, 0, 5).tieShare()).isEqualTo(1);
    assertThat(new WinRate(0, 0, 0).tieShare()).isZero();
  }

  @Test
  void shouldRefuseScoresThatDoNotPairUp() {
    assertThatThrownBy(() -> WinRate.of(List.of(1), List.of(1, 2)))
        .hasMessageContaining("1 of the version and 2 of the base");
  }
}
