/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AxisTest {

  @Test
  void shouldWidenValuesToWholeTicks() {
    assertThat(Axis.around(DoubleStream.of(0.43, -0.11))).isEqualTo(new Axis(-0.2, 0.5, 0.1));
    assertThat(Axis.around(DoubleStream.of(1e-6, 9.3e-6)).ticks().stream().map(Axis::format))
        .containsExactly("0", "2e-6", "4e-6", "6e-6", "8e-6", "1e-5");
  }

  @Test
  void shouldGiveRoomAroundAConstant() {
    Axis axis = Axis.around(DoubleStream.of(0.7, 0.7));

    assertThat(axis.position(0.7)).isBetween(0.3, 0.7);
    assertThat(Axis.around(DoubleStream.of(0)).position(0)).isEqualTo(0.5);
  }

  @Test
  void shouldMarkWholeStepsOnly() {
    assertThat(Axis.ofSteps(LongStream.of(1, 2, 3)).ticks()).containsExactly(1.0, 2.0, 3.0);
    assertThat(Axis.ofSteps(LongStream.of(7)).ticks()).containsExactly(7.0, 8.0);
    assertThat(Axis.ofSteps(LongStream.of(1, 700)).ticks()).containsExactly(200.0, 400.0, 600.0);
  }

  @Test
  void shouldWriteFourDigits() {
    assertThat(
            DoubleStream.of(0.69314718, -82.5, 0, 1234567, 1.23456e-5, 3e9).mapToObj(Axis::format))
        .containsExactly("0.6931", "-82.5", "0", "1235000", "1.235e-5", "3e9");
    assertThat(Axis.format(Double.NaN)).isEqualTo("not finite");
  }
}
