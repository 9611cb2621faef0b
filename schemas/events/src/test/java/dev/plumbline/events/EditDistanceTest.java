/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EditDistanceTest {
  @Test
  void shouldCountInsertionsDeletionsAndSubstitutions() {
    assertThat(EditDistance.chars("kitten", "sitting")).hasValue(3);
    assertThat(EditDistance.chars("same", "same")).hasValue(0);
    assertThat(EditDistance.chars("", "abc")).hasValue(3);
    assertThat(EditDistance.chars("aaa", "aa")).hasValue(1);
    assertThat(EditDistance.chars("abcdef", "azced")).hasValue(3);
  }

  @Test
  void shouldCountASmallEditOfALongTextAndGiveUpOnTwoLongStrangers() {
    String longText = "lorem ".repeat(20_000);

    assertThat(EditDistance.chars(longText + "x" + longText, longText + "y" + longText))
        .hasValue(1);
    assertThat(EditDistance.chars("a".repeat(10_000), "b".repeat(10_000))).isEmpty();
  }
}
