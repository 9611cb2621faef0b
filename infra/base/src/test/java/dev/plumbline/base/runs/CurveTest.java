/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {

  @Test
  void shouldAverageOverNeighboursAndFewerAtTheEnds() {
    Curve curve = curve(1, 2, 6, 7, 14);

    assertThat(curve.smoothed(1).points())
        .extracting(Curve.Point::y)
        .containsExactly(1.5, 3.0, 5.0, 9.0, 10.5);
    assertThat(curve.smoothed(1).points())
        .extracting(Curve.Point::x)
        .containsExactly(0.5, 1.0, 2.0, 3.0, 3.5);
    assertThat(curve.smoothed(0)).isEqualTo(curve);
  }

  @Test
  void shouldKeepTheLowestAndHighestOfEachGroupInOrder() {
    assertThat(curve(1, 5, 3, 2, 9, 4, 4, 4).thinned(4).points())
        .extracting(Curve.Point::step)
        .containsExactly(0L, 1L, 4L, 5L);
    assertThat(curve(1, 5, 3).thinned(3)).isEqualTo(curve(1, 5, 3));
  }

  @Test
  void shouldTellNoiseFromASchedule() {
    double[] schedule =
        IntStream.range(0, 100).mapToDouble(i -> Math.min(i, 10) - 0.1 * i).toArray();
    double[] noise = IntStream.range(0, 100).mapToDouble(i -> i % 2).toArray();

    assertThat(curve(schedule).isNoisy()).isFalse();
    assertThat(curve(noise).isNoisy()).isTrue();
    assertThat(curve(0.6, 0.6).isNoisy()).isFalse();
  }

  private static Curve curve(double... values) {
    return new Curve(
        "loss",
        IntStream.range(0, values.length).mapToObj(i -> new Curve.Point(i, i, values[i])).toList());
  }
}
