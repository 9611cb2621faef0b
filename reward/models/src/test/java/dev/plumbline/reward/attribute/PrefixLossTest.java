/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PrefixLossTest {
  private static final double[] SCORES = {9, -0.3, 1.2, 0.4, -2};

  @Test
  void shouldCountTheWholeTextAsMuchAsAllItsBeginningsTogether() {
    // log 2 at a score of 0; the empty beginning's score plays no part.
    assertThat(PrefixLoss.of(new double[] {5, 0, 0, 0}, true).value())
        .isCloseTo(Math.log(2), within(1e-12));
    assertThat(PrefixLoss.of(new double[] {5, 0, 0, 1e9}, true).value())
        .isCloseTo(Math.log(2) / 2, within(1e-12));
    assertThat(PrefixLoss.of(new double[] {5, 0}, true).value())
        .isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void shouldHaveTheDerivativesOfItsValue() {
    for (boolean has : new boolean[] {true, false}) {
      double[] derivatives = PrefixLoss.of(SCORES, has).derivatives();
      for (int t = 0; t < SCORES.length; t++) {
        double[] above = SCORES.clone();
        double[] below = SCORES.clone();
        above[t] += 1e-5;
        below[t] -= 1e-5;
        double slope =
            (PrefixLoss.of(above, has).value() - PrefixLoss.of(below, has).value()) / 2e-5;
        assertThat(derivatives[t]).isCloseTo(slope, within(1e-8));
      }
    }
  }

  @Test
  void shouldAverageTheFirstNumbersAndLeadBack() {
    RunningMean plain = new RunningMean(0);
    RunningMean shrunk = new RunningMean(2);
    double[] values = {4, 2, 0, 6};

    assertThat(plain.of(values, 0)).containsExactly(0, 4, 3, 2, 3);
    assertThat(plain.of(values, 2)).containsExactly(3, 2, 3);
    assertThat(shrunk.of(values, 3)).containsExactly(6.0 / 5, 2);

    double[] weights = {0.5, -1, 2};
    double[] back = shrunk.pullBack(weights, 2);
    for (int j = 0; j < values.length; j++) {
      double[] moved = values.clone();
      moved[j] += 1;
      double gained = dot(weights, shrunk.of(moved, 2)) - dot(weights, shrunk.of(values, 2));
      assertThat(back[j]).isCloseTo(gained, within(1e-12));
    }
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  @Test
  void shouldPullBackWhatNoMeanReadsAsZero() {
    assertThat(Arrays.stream(new RunningMean(0).pullBack(new double[] {1}, 0)).sum()).isZero();
  }
}
