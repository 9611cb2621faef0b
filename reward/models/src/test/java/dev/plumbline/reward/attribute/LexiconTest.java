/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LexiconTest {
  private static final Lexicon LEXICON =
      new Lexicon(new TreeMap<>(Map.of("good", 1.5, "bad", -2.0, "don't", -0.25)));

  @Test
  void shouldCountEveryWordOnceWhateverItsCase() {
    assertThat(LEXICON.score("Good, GOOD bad; don\u2019t."))
        .isCloseTo(1.5 - 2 - 0.25, within(1e-12));
    assertThat(LEXICON.score("goods")).isZero();
  }

  @Test
  void shouldBeReadAsItIsWritten() {
    assertThat(Lexicon.parse(LEXICON.text())).isEqualTo(LEXICON);
    assertThat(LEXICON.text().lines().skip(1))
        .containsExactly("good\t1.5", "don't\t-0.25", "bad\t-2.0");
  }

  @Test
  void shouldNameTheLineThatIsNone() {
    assertThatThrownBy(() -> Lexicon.parse("good\t1\ngood\t2\n"))
        .hasMessage("line 2 must be a new word, a tab and its weight, but was 'good\t2'");
    assertThatThrownBy(() -> Lexicon.parse("good\tmuch\n"))
        .hasMessage("line 1 must have a number as weight, but had 'much'");
    assertThatThrownBy(() -> Lexicon.parse("Good\t1\n"))
        .hasMessage("a word must be letters in lower case, but was 'Good'");
    assertThatThrownBy(() -> Lexicon.parse("good\tNaN\n"))
        .hasMessage("the weight of 'good' must be finite, but was NaN");
  }
}
