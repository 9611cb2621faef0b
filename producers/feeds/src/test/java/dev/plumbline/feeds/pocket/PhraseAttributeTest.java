/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PhraseAttributeTest {
  private static final PhraseAttribute ATTRIBUTE =
      new PhraseAttribute(
          List.of("good", "worth it", "full of life", "full of light and life"),
          List.of("bad", "not worth it", "life and death"));

  @Test
  void shouldCountPositiveMinusNegativePhrases() {
    assertThat(ATTRIBUTE.of("The soup was good. It was worth it.")).isEqualTo(2);
    assertThat(ATTRIBUTE.of("The soup was good but the bed was bad.")).isZero();
    assertThat(ATTRIBUTE.of("The bed was bad.")).isEqualTo(-1);
    assertThat(ATTRIBUTE.of("It opens at nine.")).isZero();
    assertThat(ATTRIBUTE.of("")).isZero();
  }

  @Test
  void shouldMatchWholeWordsInAnyCase() {
    assertThat(ATTRIBUTE.of("GOOD!")).isEqualTo(1);
    assertThat(ATTRIBUTE.of("goodness, badly")).isZero();
    assertThat(ATTRIBUTE.of("The bad\nroom")).isEqualTo(-1);
  }

  @Test
  void shouldTakeTheLongestPhraseAndUseItsWordsUp() {
    assertThat(ATTRIBUTE.of("It was not worth it.")).isEqualTo(-1);
    assertThat(ATTRIBUTE.of("It was full of light and life.")).isEqualTo(1);
    assertThat(ATTRIBUTE.of("It was full of life and death.")).isEqualTo(1);
    assertThat(ATTRIBUTE.of("It was full of light.")).isZero();
  }

  @Test
  void shouldNotMatchAcrossPunctuation() {
    assertThat(ATTRIBUTE.of("Was it worth? It was full. Of life, too.")).isZero();
  }

  @Test
  void shouldCountARepeatedPhraseOnce() {
    assertThat(ATTRIBUTE.of("good good good, good")).isEqualTo(1);
    assertThat(ATTRIBUTE.of("bad good bad worth it good")).isEqualTo(1);
  }

  @Test
  void shouldKnowEveryPhraseOfTheReviews() {
    PhraseAttribute reviews = PhraseAttribute.ofReviews();

    assertThat(PocketReviews.phrases(Polarity.POSITIVE))
        .allSatisfy(phrase -> assertThat(reviews.of("It was " + phrase + ".")).isEqualTo(1));
    assertThat(PocketReviews.phrases(Polarity.NEGATIVE))
        .allSatisfy(phrase -> assertThat(reviews.of("It was " + phrase + ".")).isEqualTo(-1));
    assertThat(reviews.of("The saddle was reliable, the seller unhelpful.")).isZero();
  }

  @Test
  void shouldHoldNoPhraseThatCountsInFactsAndPrompts() {
    PhraseAttribute reviews = PhraseAttribute.ofReviews();

    for (ReviewKind kind : ReviewKind.ALL) {
      assertThat(kind.facts()).allSatisfy(fact -> assertThat(reviews.of(fact)).isZero());
      assertThat(kind.openings()).allSatisfy(text -> assertThat(reviews.of(text)).isZero());
      assertThat(kind.aspects()).allSatisfy(a -> assertThat(reviews.of(a.noun())).isZero());
    }
  }

  @Test
  void shouldRefuseAPhraseWithoutWordsOrGivenTwice() {
    assertThatThrownBy(() -> new PhraseAttribute(List.of(" "), List.of()))
        .hasMessageContaining("at least one word");
    assertThatThrownBy(() -> new PhraseAttribute(List.of("good"), List.of("Good")))
        .hasMessageContaining("given twice");
  }
}
