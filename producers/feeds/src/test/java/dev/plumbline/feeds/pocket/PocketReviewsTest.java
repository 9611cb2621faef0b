/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Split;
import dev.plumbline.feeds.SourcePrompt;
import dev.plumbline.feeds.pocket.PocketReviews.Review;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PocketReviewsTest {
  private static final int REVIEWS = 4_000;

  @Test
  void shouldMakeTheSameReviewFromTheSameSeedAndNumber() {
    List<Review> once = reviews(7, 50);
    List<Review> again = reviews(7, 50);

    assertThat(again).isEqualTo(once);
    assertThat(new PocketReviews(7).review(49)).isEqualTo(once.getLast());
    assertThat(reviews(8, 50)).isNotEqualTo(once);
  }

  @Test
  void shouldKeepTheTextsThatTheCheckpointWasMadeFrom() {
    assertThat(new PocketReviews(1).review(0).text())
        .isEqualTo(
            "I finished the book The Distant Promise yesterday. The hero was polite and cheerful."
                + " I found the characters gripping. The story was very gripping but the binding"
                + " was badly made. It really made my day.");
  }

  @Test
  void shouldHoldOutPromptsThatAreNeverLearnedFrom() {
    List<SourcePrompt> train = new PocketPrompts().train();
    List<SourcePrompt> heldOut = new PocketPrompts().heldOut();
    Set<String> heldOutTexts = texts(heldOut);

    assertThat(heldOut).hasSizeGreaterThanOrEqualTo(PocketWinRate.PROMPTS);
    assertThat(heldOutTexts).hasSameSizeAs(heldOut).doesNotContainAnyElementsOf(texts(train));
    assertThat(reviews(1, REVIEWS))
        .noneMatch(review -> heldOutTexts.contains(review.prompt().text()));
    assertThat(heldOut).allMatch(prompt -> Split.of(prompt.id()) == Split.HELD_OUT);
  }

  @Test
  void shouldBalancePraiseAndFaultAndSeldomTie() {
    PhraseAttribute attribute = PhraseAttribute.ofReviews();
    List<Integer> scores =
        reviews(1, REVIEWS).stream().map(review -> attribute.of(review.completion())).toList();

    double mean = scores.stream().mapToInt(score -> score).average().orElseThrow();
    long ties =
        LongStream.range(0, REVIEWS / 2)
            .filter(i -> scores.get((int) (2 * i)).equals(scores.get((int) (2 * i + 1))))
            .count();
    assertThat(mean).isBetween(-0.1, 0.1);
    assertThat(ties / (REVIEWS / 2.0)).isLessThan(0.25);
  }

  @Test
  void shouldContinueAPromptWithSentences() {
    assertThat(reviews(3, REVIEWS))
        .allSatisfy(
            review ->
                assertThat(review.completion())
                    .matches("( [A-Z][a-zI ]+\\.){2,4}")
                    .doesNotContain("  "));
  }

  private static List<Review> reviews(long seed, int count) {
    PocketReviews reviews = new PocketReviews(seed);
    return LongStream.range(0, count).mapToObj(reviews::review).toList();
  }

  private static Set<String> texts(List<SourcePrompt> prompts) {
    Set<String> texts = new HashSet<>();
    prompts.forEach(prompt -> texts.add(prompt.text()));
    return texts;
  }
}
