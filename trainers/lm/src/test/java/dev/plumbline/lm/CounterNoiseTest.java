/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class CounterNoiseTest {

  /** The known-answer vectors that the authors publish with Random123. */
  @Test
  void shouldMatchThePublishedVectorsOfPhilox() {
    assertThat(CounterNoise.block(0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(CounterNoise.block(-1L, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(
            CounterNoise.block(
                0x299f31d0_a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void shouldDifferInEveryPartOfTheKey() {
    assertThat(
            LongStream.of(
                    CounterNoise.bits(1, 2, 3, 4),
                    CounterNoise.bits(2, 2, 3, 4),
                    CounterNoise.bits(1L << 40, 2, 3, 4),
                    CounterNoise.bits(1, 3, 3, 4),
                    CounterNoise.bits(1, 2, 4, 4),
                    CounterNoise.bits(1, 2, 3, 5),
                    CounterNoise.bits(1, 2, 3, 4 + (1L << 40)))
                .distinct()
                .count())
        .isEqualTo(7);
  }

  @Test
  void shouldBeUniformAndNormal() {
    double[] uniform = rows(row -> CounterNoise.uniform(5, 0, 0, row));
    double[] normal = rows(row -> CounterNoise.normal(5, 0, 0, row));
    assertThat(Arrays.stream(uniform).allMatch(u -> u >= 0 && u < 1)).isTrue();
    assertThat(mean(uniform)).isCloseTo(0.5, within(0.01));
    assertThat(mean(normal)).isCloseTo(0, within(0.03));
    assertThat(mean(Arrays.stream(normal).map(x -> x * x).toArray())).isCloseTo(1, within(0.04));
  }

  private static double[] rows(LongToDoubleFunction noise) {
    return LongStream.range(0, 20_000).mapToDouble(noise).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
