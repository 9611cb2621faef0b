/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.completion;
import static dev.plumbline.streams.Fixtures.mark;
import static dev.plumbline.streams.Fixtures.prompt;
import static dev.plumbline.streams.Fixtures.ranking;
import static dev.plumbline.streams.Fixtures.said;
import static dev.plumbline.streams.Fixtures.thumbs;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Limits;
import dev.plumbline.events.MarkedSpan;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.RankedGroup;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.events.UnpairedExample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts of the candidates have eight characters. */
class SpanMarkTest {
  private PreferenceDriver driver;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    driver = PreferenceDriver.start(stateDir);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldRideInThePairThatIsEmittedAfterIt() {
    driver.sendReferences("i");
    driver.send(mark("m1", "ann", 2, 5, -0.25, 1));
    assertThat(driver.examples()).isEmpty();
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.Waiting());
    assertThat(driver.waiting()).isZero();

    driver.send(vote("e1", "ann", Answer.A, 2), vote("e2", "bob", Answer.A, 3));

    assertThat(driver.onlyPair().a().spans()).containsExactly(new MarkedSpan(2, 5, -250_000));
    assertThat(driver.onlyPair().b().spans()).isEmpty();
    assertThat(driver.onlyPair().probABetterPpm()).isEqualTo(1_000_000);
    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1", "e2", "m1");
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldReviseEveryExampleWithTheCandidateThatIsMarkedLater() {
    driver.sendReferences("i");
    driver.send(completion("i", "c"));
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    driver.send(thumbs("e3", "ann", Thumb.UP, 3));
    driver.send(ranking("e4", "ann", "b>a", 4), ranking("e5", "bob", "b>a", 4));
    driver.send(ranking("e6", "ann", "b>c", 4), ranking("e7", "bob", "b>c", 4));
    assertThat(driver.examples()).hasSize(4);

    driver.send(mark("m1", "cid", 0, 1, 1, 9 * DAY));

    var span = new MarkedSpan(0, 1, 1_000_000);
    assertThat(driver.examples()).hasSize(7);
    assertThat(driver.examples().subList(4, 7))
        .allSatisfy(
            example -> {
              assertThat(example.revision()).isEqualTo(2);
              assertThat(example.evidence().eventIds()).contains("m1");
              assertThat(spansOfA(example)).containsExactly(span);
            });
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.InEvidence());
  }

  private static List<MarkedSpan> spansOfA(TrainingExample example) {
    return switch (example) {
      case PreferencePair pair -> pair.a().spans();
      case UnpairedExample one -> one.candidate().spans();
      case RankedGroup group -> group.candidates().getLast().spans();
      case RolloutGroup group -> throw new AssertionError("unexpected " + group);
    };
  }

  @Test
  void shouldAverageAnnotatorsAndKeepOnlyEachOnesLastWordOnASpanAndLabel() {
    driver.sendReferences("i");
    driver.send(thumbs("e1", "ann", Thumb.UP, 1));

    driver.send(
        mark("m1", "ann", 2, 5, -1, 2),
        mark("m2", "ann", 2, 5, 1, 3),
        mark("m3", "bob", 2, 5, 0.5, 4),
        mark("m4", "ann", 2, 6, -0.5, 5));

    assertThat(lastThumbs().candidate().spans())
        .containsExactly(new MarkedSpan(2, 5, 750_000), new MarkedSpan(2, 6, -500_000));
    assertThat(lastThumbs().evidence().eventIds()).containsExactly("e1", "m2", "m3", "m4");
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.Superseded());
  }

  @Test
  void shouldWaitAgainWhenTheOnlyExampleOfItsCandidateIsWithdrawn() {
    driver.sendReferences("i");
    driver.send(mark("m1", "ann", 2, 5, 1, 0));
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    driver.send(vote("e3", "ann", Answer.BOTH_BAD, 3), vote("e4", "bob", Answer.CANT_TELL, 4));

    assertThat(driver.lastPair().evidence().isWithdrawn()).isTrue();
    assertThat(driver.lastPair().a().spans()).isEmpty();
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.Waiting());
    int emitted = driver.examples().size();

    driver.send(mark("m2", "bob", 2, 5, 1, 5));
    assertThat(driver.examples()).hasSize(emitted);
    driver.send(thumbs("e5", "ann", Thumb.UP, 6));

    assertThat(lastThumbs().evidence().eventIds()).containsExactly("e5", "m1", "m2");
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldSetAsideAMarkWhoseCandidateDoesNotArriveAndTakeItUpWhenItDoes() {
    FeedbackEvent mark = mark("m1", "ann", 2, 5, 1, 0);
    driver.send(mark);
    assertThat(driver.waiting()).isEqualTo(1);

    driver.tick(DAY);

    DeadLetter letter = driver.onlyDeadLetter();
    assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNKNOWN_ITEM);
    assertThat(letter.detail())
        .isEqualTo(
            "prompt i and candidate a of item i did not arrive within 1d of accepted time; the mark"
                + " is taken up again once it does");
    assertThat(Topics.FEEDBACK.value().decode(letter.original().toArray())).isEqualTo(mark);
    assertThat(driver.waiting()).isZero();

    driver.send(prompt("i"));
    assertThat(driver.disposition("i", "m1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_CANDIDATE));
    driver.send(completion("i", "a"));
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.Waiting());
    driver.send(thumbs("e1", "ann", Thumb.DOWN, DAY));

    assertThat(driver.onlyUnpaired().candidate().spans())
        .containsExactly(new MarkedSpan(2, 5, 1_000_000));
    assertThat(driver.deadLetters()).hasSize(1);
  }

  @Test
  void shouldSetAsideASpanOutsideTheTextWheneverTheTextArrives() {
    FeedbackEvent before = mark("m1", "ann", 7, 9, 1, 0);
    driver.send(before);
    driver.send(prompt("i"));
    assertThat(driver.deadLetters()).isEmpty();

    driver.send(completion("i", "a"));
    driver.send(mark("m2", "bob", 7, 9, 1, 1), mark("m3", "bob", 7, 8, 1, 1));
    driver.tick(2 * DAY);

    assertThat(driver.deadLetters())
        .hasSize(2)
        .allSatisfy(
            letter -> {
              assertThat(letter.reason()).isEqualTo(DeadLetterReason.SPAN_OUTSIDE_TEXT);
              assertThat(letter.detail())
                  .isEqualTo(
                      "the span 7 to 9 lies outside the text of candidate a of item i, which has 8"
                          + " characters");
            });
    assertThat(Topics.FEEDBACK.value().decode(driver.deadLetters().getFirst().original().toArray()))
        .isEqualTo(before);
    assertThat(driver.disposition("i", "m1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.SPAN_OUTSIDE_TEXT));
    assertThat(driver.disposition("i", "m3")).isEqualTo(new Disposition.Waiting());
    assertThat(driver.waiting()).isZero();
  }

  @Test
  void shouldCountACopyOfAMarkAsADuplicate() {
    driver.sendReferences("i");
    driver.send(thumbs("e1", "ann", Thumb.UP, 1));
    driver.send(mark("m1", "ann", 2, 5, 1, 2), mark("m1", "ann", 2, 5, 1, 3));

    assertThat(driver.examples()).hasSize(2);
    assertThat(driver.count("plumbline.streams.duplicates", "topic", "feedback")).isEqualTo(1);
  }

  @Test
  void shouldCarryNoMoreSpansThanAnExampleHolds() {
    driver.send(prompt("i"));
    driver.send(
        new Completion(
            "a",
            "i",
            Text.plain("x".repeat(200)),
            200,
            null,
            0,
            List.of(),
            List.of(),
            "test",
            Fixtures.START));
    for (int i = 0; i <= Limits.MAX_MARKED_SPANS; i++) {
      driver.send(mark("m" + i, "ann", i, i + 1, 1, 2));
    }
    String crowdedOut = "m" + Limits.MAX_MARKED_SPANS;
    assertThat(driver.disposition("i", crowdedOut))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS));

    driver.send(thumbs("e1", "ann", Thumb.UP, 2));
    driver.send(mark("other", "bob", Limits.MAX_MARKED_SPANS, Limits.MAX_MARKED_SPANS + 1, 0, 3));

    assertThat(driver.disposition("i", crowdedOut)).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.disposition("i", "m127"))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.BEYOND_LIMITS));
    assertThat(lastThumbs().candidate().spans())
        .hasSize(Limits.MAX_MARKED_SPANS)
        .endsWith(new MarkedSpan(128, 129, 500_000));
  }

  @Test
  void shouldNameAMarkOnAHeldOutItemAsHeldOut() {
    String item = "i-1";
    for (int i = 2; Split.of(item) == Split.TRAIN; i++) {
      item = "i-" + i;
    }
    driver.sendReferences(item);
    var span = new Statement.SpanMark("a", 0, 2, "note", 1);
    driver.send(said(item, "m1", "ann", 1, span, null));
    driver.send(said(item, "e1", "ann", 1, new Statement.Thumbs("a", Thumb.UP), null));

    assertThat(driver.disposition(item, "m1")).isEqualTo(new Disposition.HeldOut());
  }

  private UnpairedExample lastThumbs() {
    return (UnpairedExample) driver.examples().getLast();
  }
}
