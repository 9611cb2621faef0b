/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.reward.Logistic;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CalibrationTest {

  @Test
  void shouldFindTheScalingThatLabelsWereDrawnBy() {
    SplittableRandom random = new SplittableRandom(6);
    List<double[]> scores = new ArrayList<>();
    List<Boolean> has = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double score = 8 * random.nextDouble() - 4;
      scores.add(new double[] {0, score});
      has.add(random.nextDouble() < Logistic.sigmoid(0.6 * score - 0.5));
    }

    Calibration found = Calibration.fit(scores, has);

    assertThat(found.slope()).isCloseTo(0.6, within(0.03));
    assertThat(found.offset()).isCloseTo(-0.5, within(0.07));
    assertThat(found.logProb(2)).isCloseTo(Math.log(Logistic.sigmoid(0.7)), within(0.05));
  }

  @Test
  void shouldStayFiniteWhereScoresTellEverythingOrNothing() {
    List<Boolean> has = List.of(true, false, true, false);
    Calibration sure = Calibration.fit(texts(5, -5, 7, -2), has);
    Calibration clueless = Calibration.fit(texts(1, 1, 1, 1), has);

    assertThat(sure.logProb(5)).isCloseTo(0, within(0.01));
    assertThat(Math.exp(clueless.logProb(1))).isCloseTo(0.5, within(1e-3));
  }

  private static List<double[]> texts(double... scores) {
    List<double[]> texts = new ArrayList<>();
    for (double score : scores) {
      texts.add(new double[] {0, score});
    }
    return texts;
  }

  @Test
  void shouldRefuseWhatIsNoNumber() {
    assertThatThrownBy(() -> new Calibration(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("slope was NaN");
  }
}
