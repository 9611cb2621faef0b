/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

  @Test
  void shouldShowEveryExampleOncePerEpoch() {
    for (int examples : new int[] {0, 1, 2, 97}) {
      int[] order = new EpochOrder(7).of(3, examples);

      assertThat(Arrays.stream(order).sorted().toArray())
          .isEqualTo(IntStream.range(0, examples).toArray());
    }
  }

  @Test
  void shouldBeAFunctionOfSeedAndEpoch() {
    int[] order = new EpochOrder(7).of(0, 100);

    assertThat(new EpochOrder(7).of(0, 100)).isEqualTo(order);
    assertThat(new EpochOrder(7).of(1, 100)).isNotEqualTo(order);
    assertThat(new EpochOrder(8).of(0, 100)).isNotEqualTo(order);
  }

  @Test
  void shouldPutEveryExampleAnywhereAlike() {
    int[] first = new int[4];
    for (int seed = 0; seed < 4000; seed++) {
      first[new EpochOrder(seed).of(0, 4)[0]]++;
    }

    // Four standard deviations of a binomial of 4000 draws at 1/4 are 110.
    assertThat(Arrays.stream(first).boxed()).allSatisfy(n -> assertThat(n).isBetween(890, 1110));
  }
}
