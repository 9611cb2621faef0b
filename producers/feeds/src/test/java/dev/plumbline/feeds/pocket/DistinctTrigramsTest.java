/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistinctTrigramsTest {
  @Test
  void shouldDivideDifferentTriplesByAll() {
    // a b c, b c d | a b c: three triples, two different.
    assertThat(DistinctTrigrams.share(List.of("A b, c d.", "a b c"))).isEqualTo(2 / 3.0);
  }

  @Test
  void shouldNotJoinWordsOfTwoTexts() {
    assertThat(DistinctTrigrams.share(List.of("a b", "c d"))).isZero();
    assertThat(DistinctTrigrams.share(List.of())).isZero();
  }

  @Test
  void shouldFallWhereAPolicyRepeatsItself() {
    assertThat(DistinctTrigrams.share(Collections.nCopies(10, "one two three four")))
        .isEqualTo(0.1);
  }
}
