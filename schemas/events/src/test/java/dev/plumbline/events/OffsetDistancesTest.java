/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.events.PolicyVersion.ConsumedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OffsetDistancesTest {
  private static final ConsumedRange RANGE = new ConsumedRange("id", "examples", 0, 100, 1L << 50);

  @Test
  void shouldReadBackAnyRisingOffsets() {
    var random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      List<Long> offsets = new ArrayList<>();
      long offset = 99;
      for (int i = random.nextInt(20); i > 0; i--) {
        offset += 1 + random.nextLong(1L << random.nextInt(1, 44));
        offsets.add(offset);
      }

      assertThat(RANGE.withLearned(offsets).learned()).contains(offsets);
    }
  }

  @Test
  void shouldTakeOneByteForOffsetsThatLieClose() {
    assertThat(RANGE.withLearned(List.of(100L, 101L, 103L, 231L)).learnedOffsets())
        .isEqualTo(Bytes.of(new byte[] {0, 0, 1, 127}));
  }

  @Test
  void shouldTellNothingFromNotSaid() {
    assertThat(RANGE.learned()).isEmpty();
    assertThat(RANGE.withLearned(List.of()).learned()).contains(List.of());
  }

  @Test
  void shouldRefuseOffsetsOutsideOfTheRange() {
    assertThatThrownBy(() -> RANGE.withLearned(List.of(99L)))
        .hasMessage("offsets must rise from 100 on, but were [99]");
    assertThatThrownBy(() -> RANGE.withLearned(List.of(1L << 50)))
        .hasMessageContaining("learned offsets must lie in 100 to");
    assertThatThrownBy(
            () -> new ConsumedRange("id", "examples", 0, 0, 9, Bytes.of(new byte[] {-1})))
        .hasMessage("the last learned offset is cut off");
  }
}
