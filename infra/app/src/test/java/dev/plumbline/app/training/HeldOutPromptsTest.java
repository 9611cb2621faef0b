/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutPromptsTest {
  private static final List<String> PROMPTS =
      IntStream.range(0, 10_000).mapToObj(i -> "prompt " + i).toList();

  @Test
  void shouldHoldOutAboutTheShare() {
    // Four standard deviations of a binomial of 10000 draws at 0.1 are 120.
    assertThat(PROMPTS.stream().filter(new HeldOutPrompts(0.1)::contains).count())
        .isBetween(880L, 1120L);
  }

  @Test
  void shouldHoldOutTheSameAndMoreAtALargerShare() {
    assertThat(PROMPTS)
        .filteredOn(new HeldOutPrompts(0.1)::contains)
        .isNotEmpty()
        .allMatch(new HeldOutPrompts(0.2)::contains);
  }

  @Test
  void shouldHoldOutNothingAtShareZero() {
    assertThat(PROMPTS).noneMatch(new HeldOutPrompts(0)::contains);
  }
}
