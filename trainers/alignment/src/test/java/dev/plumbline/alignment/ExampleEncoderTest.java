/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Texts of single bytes, so that every character is one token. */
class ExampleEncoderTest {
  private static final int BOS = 1;
  private static final int EOS = 2;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.of(ByteBpeTrainer.train(List.of(), 259), BOS, EOS);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void shouldFrameThePromptWithBosAndEachCompletionWithEos() {
    EncodedPair pair = new ExampleEncoder(tokenizer, 16, 8).pair("abc", "xy", "", 0.7, 0, 2);

    assertThat(pair.a().row()).isEqualTo(row("abc", "xy", true));
    assertThat(pair.b().row()).isEqualTo(row("abc", "", true));
    assertThat(pair.belief()).isEqualTo(0.7);
    assertThat(pair.weight()).isEqualTo(2);
  }

  @Test
  void shouldAllowAnEmptyPrompt() {
    EncodedPair pair = new ExampleEncoder(tokenizer, 16, 8).pair("", "x", "y", 1, 0, 1);

    assertThat(pair.a().row()).isEqualTo(row("", "x", true));
  }

  @Test
  void shouldKeepTheEndOfAPromptThatIsTooLongForTheLongerCompletion() {
    EncodedPair pair = new ExampleEncoder(tokenizer, 12, 4).pair("abcdefgh", "xyz", "w", 1, 0, 1);

    assertThat(pair.a().row()).isEqualTo(row("fgh", "xyz", true));
    assertThat(pair.b().row()).isEqualTo(row("fgh", "w", true));
  }

  @Test
  void shouldCutCompletionsWhenCuttingThePromptIsNotEnough() {
    EncodedPair pair = new ExampleEncoder(tokenizer, 8, 4).pair("abcdefgh", "vwxyz", "w", 1, 0, 1);

    assertThat(pair.a().row()).isEqualTo(row("fgh", "vwxy", false));
    assertThat(pair.b().row()).isEqualTo(row("fgh", "w", true));
  }

  @Test
  void shouldLeaveCompletionsTheRoomThatAShortPromptDoesNotUse() {
    EncodedPair pair = new ExampleEncoder(tokenizer, 8, 4).pair("a", "rstuvwxyz", "w", 1, 0, 1);

    assertThat(pair.a().row()).isEqualTo(row("a", "rstuvw", false));
  }

  @Test
  void shouldLetMarksWeighTheTokensThatTheyCoverWhereverThePromptWasCut() {
    var marked = new MarkedText("xyz", List.of(new SpanWeight(1, 2, 0.5)));

    EncodedPair whole =
        new ExampleEncoder(tokenizer, 16, 8).pair("abc", marked, MarkedText.of("w"), 1, 0, 1);
    EncodedPair cut =
        new ExampleEncoder(tokenizer, 12, 4).pair("abcdefgh", marked, MarkedText.of("w"), 1, 0, 1);

    assertThat(whole.a().tokenWeights()).containsExactly(1, 0.5, 1, 1);
    assertThat(whole.b().tokenWeights()).containsExactly(1, 1);
    assertThat(cut.a().tokenWeights()).containsExactly(1, 0.5, 1, 1);
  }

  @Test
  void shouldPlaceMarksBehindTextThatLooksLikeASpecialToken() {
    var marked = new MarkedText("<s>y", List.of(new SpanWeight(3, 4, 3)));

    EncodedPair pair =
        new ExampleEncoder(tokenizer, 32, 8).pair("</s>", marked, MarkedText.of("w"), 1, 0, 1);

    double[] weights = pair.a().tokenWeights();
    assertThat(weights[weights.length - 2]).isEqualTo(3);
    assertThat(Arrays.stream(weights).filter(weight -> weight == 1)).hasSize(weights.length - 1);
  }

  @Test
  void shouldRefusePromptsLongerThanTheWhole() {
    assertThatThrownBy(() -> new ExampleEncoder(tokenizer, 8, 8))
        .hasMessage(
            "max_prompt_length must be at least 1 and less than max_length, but they were 8 and 8");
  }

  @Test
  void shouldEncodeCompletionsJudgedAloneAndInRankingsAsThoseOfPairs() {
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, 16, 8);

    EncodedUnpaired unpaired = encoder.unpaired("abc", MarkedText.of("xy"), 0.7, 2);
    EncodedRanking ranking =
        encoder.ranking(
            "abc", Stream.of("xy", "", "z").map(MarkedText::of).toList(), List.of(1, 2), 0.5);

    assertThat(unpaired)
        .isEqualTo(new EncodedUnpaired(EncodedCompletion.of(row("abc", "xy", true)), 0.7, 2));
    assertThat(ranking.completions())
        .extracting(EncodedCompletion::row)
        .containsExactly(row("abc", "xy", true), row("abc", "", true), row("abc", "z", true));
    assertThat(ranking.tierSizes()).containsExactly(1, 2);
    assertThat(encoder.pair("abc", "x", "y", 0.5, 1, 1).tieProb()).isEqualTo(1);
  }

  @Test
  void shouldKeepTheTokensThatWereSampledAndCutThemWithTheirLogProbabilities() {
    var sampled = new SampledTokens(new int[] {9, 8, 7, 6}, new double[] {-1, -2, -3, -4}, 0.5);

    EncodedRolloutGroup whole =
        new ExampleEncoder(tokenizer, 16, 8).rollouts("abc", List.of(sampled), 2);
    EncodedRolloutGroup cut =
        new ExampleEncoder(tokenizer, 5, 3).rollouts("abcdefgh", List.of(sampled), 1);

    int[] prompt = tokenizer.encodePrompt("abc");
    assertThat(whole.weight()).isEqualTo(2);
    assertThat(whole.rollouts().getFirst().completion().row())
        .isEqualTo(TokenRow.of(prompt, sampled.ids()));
    assertThat(whole.rollouts().getFirst().samplerLogProbs()).containsExactly(-1, -2, -3, -4);
    assertThat(cut.rollouts().getFirst().completion().row().completionStart()).isEqualTo(3);
    assertThat(cut.rollouts().getFirst().samplerLogProbs()).containsExactly(-1, -2);
    assertThat(cut.rollouts().getFirst().reward()).isEqualTo(0.5);
  }

  @Test
  void shouldRefuseSampledCompletionsWithoutTokens() {
    assertThatThrownBy(() -> new SampledTokens(new int[0], new double[0], 1))
        .hasMessage(
            "a sampled completion needs at least 1 token and one log-probability per token, but 0 tokens had 0");
  }

  private static TokenRow row(String prompt, String completion, boolean ended) {
    int[] ids = ended ? tokenizer.encodeWithEos(completion) : tokenizer.encode(completion);
    assertThat(Arrays.stream(ids).filter(id -> id == EOS).count()).isEqualTo(ended ? 1 : 0);
    return TokenRow.of(tokenizer.encodePrompt(prompt), ids);
  }
}
