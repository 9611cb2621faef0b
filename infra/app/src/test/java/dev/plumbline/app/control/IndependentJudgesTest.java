/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.app.control.BigramClassifier.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IndependentJudgesTest {

  @Test
  void shouldLearnWhatWordsAndNeighboursSay() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      examples.add(new Example("it was good, number " + i, true));
      examples.add(new Example("it was not good, number " + i, false));
      examples.add(new Example("a bad day " + i, false));
    }
    BigramClassifier learned = BigramClassifier.learn(examples, 1);

    assertThat(learned.prob("It was good!")).isGreaterThan(0.5);
    assertThat(learned.prob("It was not good.")).isLessThan(0.5);
    assertThat(learned.prob("What a BAD day")).isLessThan(0.5);
    assertThat(BigramClassifier.rightHeldOut(examples, 4, 1)).isEqualTo(120);
  }

  @Test
  void shouldGiveAllTokensTogetherAProbabilityOfOne() {
    SplittableRandom random = new SplittableRandom(4);
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      texts.add(random.ints(12, 0, 5).toArray());
    }
    NGramModel model = NGramModel.learn(texts, 3, 7, 6);

    for (int[] context : List.of(new int[0], new int[] {2}, new int[] {0, 4}, new int[] {5, 5})) {
      double sum = 0;
      for (int id = 0; id < 7; id++) {
        int[] text = Arrays.copyOf(context, context.length + 1);
        text[context.length] = id;
        double prob = Math.exp(model.logProb(text, context.length));
        assertThat(prob).isPositive();
        sum += prob;
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void shouldSmoothAsKneserAndNeyDo() {
    // Bigrams: start-0 twice, 0-1 twice, 1-0 once, 1-2 once. d_2 = 2 / (2 + 2 * 2) = 1/3.
    // Predecessors: of 0 two (start, 1), of 1 one, of 2 one; d_1 = 2 / (2 + 2 * 1) = 1/2.
    NGramModel model = NGramModel.learn(List.of(new int[] {0, 1, 0}, new int[] {0, 1, 2}), 2, 4, 3);

    double unigram = (1 - 0.5) / 4 + 0.5 * 3 / 4 * 0.25;
    double bigram = (1 - 1.0 / 3) / 2 + 1.0 / 3 * 2 / 2 * unigram;
    assertThat(Math.exp(model.logProb(new int[] {0, 1, 2}, 2))).isCloseTo(bigram, within(1e-12));
  }

  @Test
  void shouldRefuseAnOrderThatKeysCannotHold() {
    assertThatThrownBy(() -> NGramModel.learn(List.of(), 8, 512, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the order must be 1 to 7 for 512 ids, but was 8");
  }

  @Test
  void shouldCountDifferentNGramsOfAllTexts() {
    List<String> texts = List.of("The cat sat.", "the cat ran");

    assertThat(DistinctNGrams.of(texts, 1)).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(DistinctNGrams.of(texts, 2)).isCloseTo(3.0 / 4, within(1e-12));
    assertThat(DistinctNGrams.of(texts, 3)).isCloseTo(1, within(1e-12));
    assertThat(DistinctNGrams.of(List.of("one"), 2)).isNaN();
  }
}
