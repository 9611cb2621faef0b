/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import dev.plumbline.reward.attribute.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ControllerJudgeTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.of(ByteBpeTrainer.train(List.of("the cat sat on the mat"), 270), 1, 2);
  private static final Attribute CATS = new Attribute("cats", List.of());

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  @Test
  void shouldScoreEveryPrefixByTheLogSigmoidOfItsScaledGrade() {
    int[] ids = TOKENIZER.encode("a cat, no dog, a cat");
    double[] logProbs = controller(2).prefixLogProbs(List.of(row(ids)), 8)[0];

    assertThat(logProbs).hasSize(ids.length + 1);
    for (int length = 0; length <= ids.length; length++) {
      String text = TOKENIZER.decode(IntStream.of(ids).limit(length).toArray());
      double expected = -Math.log(1 + Math.exp(-2 * cats(text)));
      assertThat(logProbs[length]).isCloseTo(expected, within(1e-12));
    }
    assertThat(logProbs[0]).isCloseTo(-Math.log(2), within(1e-12));
    assertThat(logProbs[ids.length]).isCloseTo(-Math.log(1 + Math.exp(-2)), within(1e-12));
  }

  @Test
  void shouldStayFiniteFarOut() {
    int[] cat = TOKENIZER.encode("cat");
    int[] dog = TOKENIZER.encode("dog");
    double[][] logProbs = controller(1e6).prefixLogProbs(List.of(row(cat), row(dog)), 8);

    assertThat(logProbs[0][cat.length]).isZero();
    assertThat(logProbs[1][dog.length]).isEqualTo(-1e6);
    assertThatThrownBy(() -> controller(0)).hasMessage("scale must be positive, but was 0.0");
  }

  @Test
  void shouldGiveTheLastPrefixAsTheScoreAndNoPrefixesWhereTheTokensAreUnknown() {
    int[] ids = TOKENIZER.encode("the cat");
    List<Integer> tokens = new ArrayList<>(IntStream.of(ids).boxed().toList());
    Judgeable task =
        new Judgeable(
            "t",
            "i",
            "overall",
            "a cat and a cat",
            List.of(new Shown("a", "the cat", tokens), new Shown("b", "the cat", List.of())),
            Tasks.ORIGIN);

    try (ControllerJudge judge =
        new ControllerJudge(controller(1), AnnotatorKind.PROGRAM, TOKENIZER, 64, 8)) {
      List<Score> scores = judge.judge(List.of(task)).join().getFirst().scores();

      assertThat(scores.getFirst().prefixes()).hasSize(ids.length + 1);
      assertThat((float) scores.getFirst().value())
          .isEqualTo(scores.getFirst().prefixes().getLast());
      assertThat(scores.getFirst().value()).isCloseTo(-Math.log(1 + Math.exp(-1)), within(1e-6));
      assertThat(scores.getLast().prefixes()).isEmpty();
      assertThat(scores.getLast().value()).isCloseTo(scores.getFirst().value(), within(1e-6));
    }
  }

  private static GradedController controller(double scale) {
    return new GradedController(CATS, (prompt, text) -> cats(text), scale, TOKENIZER);
  }

  private static TokenRow row(int[] ids) {
    return TokenRow.of(TOKENIZER.encodePrompt(""), ids);
  }

  /** Cats, less dogs. */
  private static int cats(String text) {
    return text.split("cat", -1).length - text.split("dog", -1).length;
  }
}
