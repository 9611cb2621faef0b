/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.feeds.judges.chat.ChatQuestion.Format;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerTextTest {
  @ParameterizedTest
  @CsvSource({
    "A, A",
    "' b\n', B",
    "C, TIE",
    "tie, TIE",
    "**A**, A",
    "[[B]], B",
    "'Answer: A.', A",
    "Verdict: (b), B",
    "{\"verdict\": \"A\"}, A",
    "'<think>A is longer. B?\nYes.</think>\n\nB', B"
  })
  void shouldReadALetter(String answer, Answer verdict) {
    assertThat(new AnswerText(answer, Format.PLAIN).verdict()).contains(verdict);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "D", "AB", "A or B", "A is better", "Both", "<think>A", "{\"winner\": \"A\"}"})
  void shouldNotGuessALetter(String answer) {
    assertThat(new AnswerText(answer, Format.PLAIN).verdict()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "{\"verdict\": \"A\"}, A",
    "'{\"reason\": \"short\", \"verdict\": \"tie\"}', TIE",
    "'```json\n{\"verdict\": \"b\"}\n```', B",
    "'<think>{\"verdict\": \"A\"}</think>{\"verdict\": \"C\"}', TIE"
  })
  void shouldReadALetterInJson(String answer, Answer verdict) {
    assertThat(new AnswerText(answer, Format.JSON).verdict()).contains(verdict);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "{\"verdict\": \"A",
        "{\"winner\": \"A\"}",
        "{\"verdict\": null}",
        "[\"A\"]",
        "{}"
      })
  void shouldNotGuessFromHalfJson(String answer) {
    assertThat(new AnswerText(answer, Format.JSON).verdict()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "' 7.5 ', 7.5",
    "7/10, 7",
    "Score: 3, 3",
    "**10**, 10",
    "'Rating: 4 / 10.', 4",
    "8., 8"
  })
  void shouldReadANumber(String answer, double score) {
    assertThat(new AnswerText(answer, Format.PLAIN).score(1, 10))
        .isEqualTo(OptionalDouble.of(score));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "11", "-5", "7/5", "seven", "7 of 10", "between 3 and 4", "1e9"})
  void shouldNotGuessANumber(String answer) {
    assertThat(new AnswerText(answer, Format.PLAIN).score(1, 10)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"{\"score\": 7}, 7", "'{\"score\": \"6.5\"}', 6.5"})
  void shouldReadANumberInJson(String answer, double score) {
    assertThat(new AnswerText(answer, Format.JSON).score(1, 10))
        .isEqualTo(OptionalDouble.of(score));
  }

  @ParameterizedTest
  @CsvSource({"-2, -2", "-2.5, -2.5", "Score: -1, -1", "3, 3"})
  void shouldReadNegativeNumbersWhereTheScaleHasThem(String answer, double score) {
    assertThat(new AnswerText(answer, Format.PLAIN).score(-3, 3))
        .isEqualTo(OptionalDouble.of(score));
  }
}
