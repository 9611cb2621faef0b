/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import static dev.plumbline.feeds.judges.Tasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Answer;
import dev.plumbline.feeds.judges.Judgeable.Shown;
import dev.plumbline.feeds.judges.Opinion.Failure;
import dev.plumbline.feeds.judges.Opinion.Verdict;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
import dev.plumbline.feeds.judges.chat.ChatQuestion.Format;
import dev.plumbline.feeds.judges.chat.ChatReply;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuestionsTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.of(ByteBpeTrainer.train(List.of("the cat sat on the mat"), 270), 1, 2);

  @TempDir Path folder;

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  @Test
  void shouldAskAboutBeginningsEveryFewTokensAndLetTheAnswerStandUntilTheNext() {
    Questions questions = questions("kind=attribute", "attribute=friendly", "every_tokens=2");
    List<Integer> tokens = IntStream.of(TOKENIZER.encode("xyzzy")).boxed().toList();
    assertThat(tokens).hasSize(5);
    Judgeable task = judgeable(new Shown("c0", "xyzzy", tokens), new Shown("c1", "x", List.of()));

    assertThat(questions.about(task))
        .extracting(question -> between(question.text(), "<text>\n", "\n</text>"))
        .containsExactly("xy", "xyzz", "xyzzy", "x");
    assertThat(questions.about(task).getFirst().text())
        .contains("How probable is it that the text is friendly?");

    Opinion opinion = questions.opinion(task, replies("20", "0", "100", "50"));

    assertThat(opinion.scores().getFirst().prefixes())
        .containsExactly(log(0.5), log(0.5), log(0.2), log(0.2), log(0.005), log(0.995));
    assertThat(opinion.scores().getLast()).isEqualTo(Score.of("c1", Math.log(0.5)));
    assertThat(opinion.failures()).isEmpty();
  }

  @Test
  void shouldGiveNoScoreToACompletionOfWhichABeginningHasNoAnswer() {
    Questions questions = questions("kind=attribute", "attribute=friendly", "every_tokens=3");
    List<Integer> tokens = IntStream.of(TOKENIZER.encode("xyzzy")).boxed().toList();
    Judgeable task = judgeable(new Shown("c0", "xyzzy", tokens), new Shown("c1", "x", List.of()));

    Opinion opinion = questions.opinion(task, replies("likely", "90", "50"));

    assertThat(opinion.scores()).extracting(Score::candidateId).containsExactly("c1");
    assertThat(opinion.failures())
        .containsExactly(
            new Failure("c0 after 3 tokens", "expected a number from 0 to 100", "likely"));
    assertThatThrownBy(() -> questions("kind=attribute"))
        .hasMessageContaining("attribute is required for kind attribute");
  }

  @Test
  void shouldAskAboutEveryPairInBothOrders() {
    List<ChatQuestion> asked = questions().about(task("one", "two", "three"));

    assertThat(asked)
        .extracting(question -> answers(question.text()))
        .containsExactly("one|two", "two|one", "one|three", "three|one", "two|three", "three|two");
    assertThat(asked.getFirst().text())
        .contains("<request>\nthe prompt\n</request>", "Judge by overall quality alone")
        .doesNotContain("{{");
  }

  @ParameterizedTest
  @CsvSource({
    "A, B, A",
    "B, A, B",
    "C, C, TIE",
    "A, A, TIE",
    "B, B, TIE",
    "A, C, TIE",
    "C, A, TIE",
  })
  void shouldBelieveOnlyWhatStaysWithTheCandidateWhenThePlacesChange(
      String first, String swapped, Answer verdict) {
    assertThat(questions().opinion(task("one", "two"), replies(first, swapped)))
        .isEqualTo(new Opinion(List.of(), List.of(new Verdict("c0", "c1", verdict)), List.of()));
  }

  @Test
  void shouldAbstainOnADisagreementWhereThatIsWanted() {
    Questions questions = questions("disagreement=cant_tell");

    assertThat(questions.opinion(task("one", "two"), replies("A", "A")).verdicts())
        .containsExactly(new Verdict("c0", "c1", Answer.CANT_TELL));
    assertThat(questions.opinion(task("one", "two"), replies("A", "B")).verdicts())
        .containsExactly(new Verdict("c0", "c1", Answer.A));
  }

  @Test
  void shouldSayNothingOfAPairWithAnUnreadableAnswerAndKeepTheAnswer() {
    Opinion opinion =
        questions()
            .opinion(
                task("one", "two", "three"),
                List.of(
                    new ChatReply.Answered("A"),
                    new ChatReply.Answered("I like both"),
                    new ChatReply.Unusable("status 400", "raw"),
                    new ChatReply.Answered("B"),
                    new ChatReply.Answered("A"),
                    new ChatReply.Answered("B")));

    assertThat(opinion.verdicts()).containsExactly(new Verdict("c1", "c2", Answer.A));
    assertThat(opinion.failures())
        .containsExactly(
            new Failure(
                "c1 (first) and c0 (second)", "expected one letter, A, B or C", "I like both"),
            new Failure("c0 (first) and c2 (second)", "status 400", "raw"));
  }

  @Test
  void shouldAskForAScoreOfEachCandidateOnTheScaleThatIsSet() {
    Questions questions = questions("kind=score", "format=json", "score_min=0", "score_max=4.5");

    List<ChatQuestion> asked = questions.about(task("one", "two"));

    assertThat(asked).hasSize(2).allMatch(question -> question.format() == Format.JSON);
    assertThat(asked.getLast().text())
        .contains("<answer>\ntwo\n</answer>", "a number from 0 (worst) to 4.5 (best)");
    Opinion opinion =
        questions.opinion(task("one", "two"), replies("{\"score\": 4}", "{\"score\": 5}"));
    assertThat(opinion.scores()).containsExactly(Score.of("c0", 4));
    assertThat(opinion.failures())
        .containsExactly(
            new Failure(
                "c1",
                "expected a JSON object such as {\"score\": 4.5}, a number from 0 to 4.5",
                "{\"score\": 5}"));
  }

  @Test
  void shouldNotFillPlacesThatACompletionBringsAlong() {
    ChatQuestion question = questions().about(task("{{second}} $1 \\", "two")).getFirst();

    assertThat(answers(question.text())).isEqualTo("{{second}} $1 \\|two");
  }

  @Test
  void shouldTakeATemplateOfOnesOwnAndNameWhatItLacks() throws IOException {
    Path own = Files.writeString(folder.resolve("own.txt"), "{{prompt}}: {{first}} or {{second}}?");

    assertThat(questions("template=" + own).about(task("one", "two")).getFirst().text())
        .isEqualTo("the prompt: one or two?");

    Files.writeString(own, "{{prompt}}: {{first}} or {{other}}?");
    assertThatThrownBy(() -> questions("template=" + own))
        .hasMessage(
            "template %s must have the places [first, prompt, second] and may have [criterion], but had [first, other, prompt]"
                .formatted(own));
    assertThatThrownBy(() -> questions("template=" + folder.resolve("absent")))
        .hasMessageContaining("absent can't be read");
  }

  private static Questions questions(String... assignments) {
    return Questions.of(
        Settings.bind(QuestionSettings.class, SettingsSource.empty().with(List.of(assignments))),
        () -> TOKENIZER);
  }

  private static List<ChatReply> replies(String... answers) {
    return Stream.of(answers).<ChatReply>map(ChatReply.Answered::new).toList();
  }

  private static Judgeable judgeable(Shown... candidates) {
    return new Judgeable("t", "i", "overall", "p", List.of(candidates), Tasks.ORIGIN);
  }

  private static float log(double probability) {
    return (float) Math.log(probability);
  }

  private static String answers(String text) {
    return between(text, "<answer_a>\n", "\n</answer_a>")
        + "|"
        + between(text, "<answer_b>\n", "\n</answer_b>");
  }

  private static String between(String text, String before, String after) {
    int from = text.indexOf(before) + before.length();
    return text.substring(from, text.indexOf(after, from));
  }
}
