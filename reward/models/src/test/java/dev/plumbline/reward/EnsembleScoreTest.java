/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class EnsembleScoreTest {

  @Test
  void shouldSayMeanSpreadAndLeast() {
    EnsembleScore score = EnsembleScore.of(1, 2, 6);
    assertThat(score.mean()).isEqualTo(3);
    assertThat(score.spread()).isCloseTo(Math.sqrt(14.0 / 3), within(1e-12));
    assertThat(score.least()).isEqualTo(1);
    assertThat(score.cautious(0.5)).isCloseTo(3 - 7.0 / 3, within(1e-12));
  }

  @Test
  void shouldHaveNoSpreadAlone() {
    assertThat(EnsembleScore.of(-1.5)).isEqualTo(new EnsembleScore(-1.5, 0, -1.5));
    assertThatThrownBy(EnsembleScore::of)
        .hasMessage("an ensemble needs at least one member's score");
  }
}
