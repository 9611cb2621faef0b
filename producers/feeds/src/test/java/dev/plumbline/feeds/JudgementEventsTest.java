/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.datasets.Content;
import dev.plumbline.datasets.Extras;
import dev.plumbline.datasets.JudgedRow;
import dev.plumbline.datasets.Judgement;
import dev.plumbline.datasets.Opinion;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Statement.Mark;
import dev.plumbline.events.Thumb;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JudgementEventsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant SAID = Instant.parse("2026-01-01T00:00:00Z");
  private static final ImportSettings.Scale STARS = new ImportSettings.Scale(1, 5);

  private final JudgementEvents events =
      new JudgementEvents(
          Settings.bind(
              ImportSettings.class,
              SettingsSource.empty()
                  .with(List.of("file=tasks.json", "dataset=summaries", "overall=comparison"))),
          name -> "pseudonym-of-" + name.length());

  @Test
  void shouldMakeAnEventOfTheRightKindOfEachJudgement() {
    List<FeedbackEvent> said =
        said(
            row(
                judged("comparison", new Opinion.Comparison(1, 0, Answer.TIE)),
                judged("order", new Opinion.Ranking(List.of(List.of(2), List.of(1, 0)))),
                judged("liked", new Opinion.Thumbs(0, false)),
                judged("edit", new Opinion.Correction(1, "two!"))));

    assertThat(said)
        .extracting(FeedbackEvent::criterion)
        .containsExactly("overall", "order", "liked", "overall");
    assertThat(said.get(0).statement())
        .isInstanceOfSatisfying(
            Statement.Comparison.class,
            one -> {
              assertThat(one.answer()).isEqualTo(Answer.TIE);
              assertThat(one.lengthCharsA()).isEqualTo(3);
              assertThat(one.lengthCharsB()).isEqualTo(4);
            });
    assertThat(said.get(1).statement())
        .isInstanceOfSatisfying(
            Statement.Ranking.class,
            one ->
                assertThat(one.tiers())
                    .extracting(tier -> tier.candidateIds().size())
                    .containsExactly(1, 2));
    assertThat(said.get(2).statement())
        .isInstanceOfSatisfying(
            Statement.Thumbs.class, one -> assertThat(one.thumb()).isEqualTo(Thumb.DOWN));
    assertThat(said.get(3).statement())
        .isInstanceOfSatisfying(
            Statement.Correction.class, one -> assertThat(one.editDistanceChars()).isEqualTo(1));
    assertThat(said)
        .allSatisfy(
            event -> {
              assertThat(event.annotator().id()).isEqualTo("pseudonym-of-3");
              assertThat(event.claimedAt()).isEqualTo(SAID);
            });
  }

  @Test
  void shouldMakeOneRatingOfOneAnnotatorsMarksOnOneCandidate() {
    List<FeedbackEvent> said =
        said(
            row(
                judged("honesty", new Opinion.Rating(0, 2)),
                judged("clarity", new Opinion.Rating(0, 5)),
                judged("clarity", new Opinion.Rating(1, 1))));

    assertThat(said)
        .extracting(event -> ((Statement.Rating) event.statement()).marks())
        .containsExactly(
            List.of(new Mark("clarity", 5, 1, 5), new Mark("honesty", 2, 1, 5)),
            List.of(new Mark("clarity", 1, 1, 5)));
  }

  @Test
  void shouldGiveTheSameIdsEachTime() {
    JudgedRow row = row(judged("comparison", new Opinion.Comparison(0, 1, Answer.A)));

    List<Record> first = events.of(row, STARS, NOW);
    List<Record> again = events.of(row, STARS, NOW.plusSeconds(5));

    assertThat(again)
        .map(JudgementEventsTest::id)
        .isEqualTo(first.stream().map(JudgementEventsTest::id).toList());
    assertThat(((FeedbackEvent) again.getLast()).contentHash())
        .isEqualTo(((FeedbackEvent) first.getLast()).contentHash());
  }

  @Test
  void shouldGiveAChangedAnswerAnotherId() {
    assertThat(
            Stream.of(Answer.A, Answer.B, Answer.TIE)
                .map(answer -> row(judged("comparison", new Opinion.Comparison(0, 1, answer))))
                .map(row -> said(row).getFirst().eventId()))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldMakeOneItemOfOnePromptWhoeverJudgesIt() {
    List<Record> one = events.of(row(judged("a", new Opinion.Thumbs(0, true))), STARS, NOW);
    List<Record> other = events.of(row(judged("b", new Opinion.Thumbs(1, true))), STARS, NOW);

    assertThat(other.subList(0, 4)).isEqualTo(one.subList(0, 4));
  }

  @Test
  void shouldSealThePromptOfAPersonUnderTheirPseudonym() {
    List<Record> records =
        events.of(row("ann@example.org", judged("liked", new Opinion.Thumbs(0, true))), STARS, NOW);

    assertThat(((Prompt) records.getFirst()).subject()).isEqualTo("pseudonym-of-15");
    assertThat(((Completion) records.get(1)).subject()).isEqualTo("pseudonym-of-15");
    assertThat(records.toString()).doesNotContain("example.org");
  }

  @Test
  void shouldWaitForNobodyWhereSomethingIsCompared() {
    List<Record> records =
        events.of(
            row(
                judged("comparison", new Opinion.Comparison(0, 1, Answer.A)),
                judged("comparison", new Opinion.Comparison(1, 0, Answer.A)),
                judged("comparison", new Opinion.Comparison(0, 2, Answer.A))),
            STARS,
            NOW);

    assertThat(records).filteredOn(ComparisonTask.class::isInstance).hasSize(2);
    assertThat(records)
        .filteredOn(FeedbackEvent.class::isInstance)
        .extracting(event -> ((FeedbackEvent) event).taskId())
        .doesNotContainNull();
  }

  @Test
  void shouldSayNothingWhereNobodyJudged() {
    assertThat(events.of(row(), STARS, NOW)).isEmpty();
  }

  @Test
  void shouldNameWhatIsWrong() {
    assertThatThrownBy(() -> said(row(judged("stars", new Opinion.Rating(0, 7)))))
        .hasMessage("the mark of stars must lie on its scale 1.0 to 5.0, but was 7.0");
    assertThatThrownBy(() -> said(row(judged("edit", new Opinion.Correction(0, " ")))))
        .hasMessage("the correction is blank");
    JudgedRow alike =
        new JudgedRow(
            "r",
            new Content.Text("p"),
            List.of(new Content.Text("same"), new Content.Text("same")),
            List.of(judged("q", new Opinion.Thumbs(0, true))),
            List.of(),
            null,
            Extras.none());
    assertThatThrownBy(() -> said(alike)).hasMessageContaining("two of the 2 candidates are equal");
  }

  private List<FeedbackEvent> said(JudgedRow row) {
    return events.of(row, STARS, NOW).stream()
        .filter(FeedbackEvent.class::isInstance)
        .map(FeedbackEvent.class::cast)
        .toList();
  }

  private static String id(Record record) {
    return switch (record) {
      case Prompt prompt -> prompt.itemId();
      case Completion completion -> completion.completionId();
      case ComparisonTask task -> task.taskId();
      case FeedbackEvent event -> event.eventId();
      default -> throw new AssertionError(record);
    };
  }

  private static Judgement judged(String question, Opinion opinion) {
    return new Judgement(question, "ann", AnnotatorKind.HUMAN, SAID, opinion);
  }

  private static JudgedRow row(Judgement... judgements) {
    return row(null, judgements);
  }

  private static JudgedRow row(@Nullable String subject, Judgement... judgements) {
    return new JudgedRow(
        "r",
        new Content.Text("count"),
        List.of(new Content.Text("four"), new Content.Text("two"), new Content.Text("x")),
        List.of(judgements),
        List.of(),
        subject,
        Extras.none());
  }
}
