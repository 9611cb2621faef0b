/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.completion;
import static dev.plumbline.streams.Fixtures.mark;
import static dev.plumbline.streams.Fixtures.prompt;
import static dev.plumbline.streams.Fixtures.ranking;
import static dev.plumbline.streams.Fixtures.said;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.events.Answer;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetractionTest {
  private static final String OPERATOR = "operator";
  private static final Disposition RETRACTION =
      new Disposition.NoExample(Disposition.Cause.RETRACTION);
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
  void shouldReviseTheExampleThatRestedOnTheEvent() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "bob", Answer.B, 1));
    assertThat(driver.onlyPair().probABetterPpm()).isEqualTo(500_000);

    driver.send(retraction("r", "bob", new Statement.OneEvent("e2"), 2));

    assertThat(driver.lastPair().revision()).isEqualTo(2);
    assertThat(driver.lastPair().probABetterPpm()).isEqualTo(1_000_000);
    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e1");
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Retracted());
    assertThat(driver.disposition("i", "r")).isEqualTo(RETRACTION);
  }

  @Test
  void shouldWithdrawTheExampleWhoseLastVoteWasTakenBack() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "bob", Answer.B, 1));

    driver.send(retraction("r1", "ann", new Statement.OneEvent("e1"), 2));
    driver.send(retraction("r2", "bob", new Statement.OneEvent("e2"), 3));

    assertThat(driver.lastPair().revision()).isEqualTo(3);
    assertThat(driver.lastPair().evidence().isWithdrawn()).isTrue();
  }

  @Test
  void shouldTakeBackWhatArrivesLater() {
    driver.sendReferences("i");
    driver.send(retraction("r", "bob", new Statement.OneEvent("e2"), 0));
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.B, 2));

    assertThat(driver.examples()).isEmpty();
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Retracted());
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Waiting());
  }

  @Test
  void shouldLetTheVoteStandAgainThatTheRetractedOneSuperseded() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "bob", Answer.A, 1));
    driver.send(vote("e3", "bob", Answer.B, 2));
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Superseded());
    assertThat(driver.count("plumbline.streams.changed.votes")).isEqualTo(1);
    assertThat(driver.count("plumbline.streams.contradictions")).isEqualTo(1);

    driver.send(retraction("r", "bob", new Statement.OneEvent("e3"), 3));

    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e1", "e2");
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldSetAsideTheVoteThatStandsAgainWhoseReferencesNeverCame() {
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "ann", Answer.B, 1));
    driver.send(retraction("r", "ann", new Statement.OneEvent("e2"), 2));
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Waiting());

    driver.tick(DAY);

    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_ITEM));
    assertThat(driver.onlyDeadLetter().eventId()).isEqualTo("e1");
    assertThat(driver.waiting()).isZero();
  }

  @Test
  void shouldRefuseToTakeBackWhatSomebodyElseSaidOnEitherSide() {
    driver.sendReferences("i");
    driver.send(retraction("r1", "eve", new Statement.OneEvent("e1"), 0));
    assertThat(driver.disposition("i", "r1")).isEqualTo(RETRACTION);
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    driver.send(retraction("r2", "eve", new Statement.OneEvent("e2"), 3));

    var foreign = new Disposition.DeadLettered(DeadLetterReason.FOREIGN_RETRACTION);
    assertThat(driver.disposition("i", "r1")).isEqualTo(foreign);
    assertThat(driver.disposition("i", "r2")).isEqualTo(foreign);
    assertThat(driver.deadLetters()).extracting(DeadLetter::eventId).containsExactly("r1", "r2");
    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1", "e2");
  }

  @Test
  void shouldLetAnOperatorTakeBackWhatOthersSaid() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    driver.send(retraction("r", OPERATOR, new Statement.OneEvent("e2"), 3));

    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e1");
  }

  @Test
  void shouldRefuseToTakeBackARetractionOnEitherSide() {
    driver.send(vote("e1", "ann", Answer.A, 1));
    driver.send(retraction("r2", "ann", new Statement.OneEvent("r1"), 2));
    driver.send(retraction("r1", "ann", new Statement.OneEvent("e1"), 3));
    driver.send(retraction("r3", "ann", new Statement.OneEvent("r1"), 4));
    driver.send(retraction("r4", "ann", new Statement.OneEvent("r4"), 5));

    var rejected = new Disposition.DeadLettered(DeadLetterReason.REJECTED);
    for (String refused : List.of("r2", "r3", "r4")) {
      assertThat(driver.disposition("i", refused)).as(refused).isEqualTo(rejected);
    }
    assertThat(driver.disposition("i", "r1")).isEqualTo(RETRACTION);
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Retracted());
    assertThat(driver.deadLetters().getFirst().detail()).contains("r1", "is itself a retraction");
  }

  @Test
  void shouldTakeBackACandidateWithAllThatWasOrWillBeSaidOfIt() {
    driver.sendReferences("i");
    driver.send(completion("i", "c"));
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    driver.send(ranking("e3", "ann", "a>b>c", 3), mark("e4", "ann", 0, 2, 1, 3));

    driver.send(retraction("r", OPERATOR, new Statement.OneCandidate("a"), 4));
    driver.send(vote("e5", "cid", Answer.B, 5));

    assertThat(driver.lastPair().evidence().isWithdrawn()).isTrue();
    for (String event : List.of("e1", "e2", "e3", "e4", "e5")) {
      assertThat(driver.disposition("i", event)).as(event).isEqualTo(new Disposition.Retracted());
    }
    driver.send(retraction("r2", "ann", new Statement.OneCandidate("b"), 6));
    assertThat(driver.disposition("i", "r2"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.FOREIGN_RETRACTION));
  }

  @Test
  void shouldTakeMarksBackFromTheExamplesThatCarryThem() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    driver.send(mark("m1", "ann", 0, 2, 1, 3), mark("m2", "ann", 0, 2, -1, 4));
    assertThat(driver.lastPair().a().spans().getFirst().strengthPpm()).isEqualTo(-1_000_000);

    driver.send(retraction("r1", "ann", new Statement.OneEvent("m2"), 5));
    assertThat(driver.lastPair().a().spans().getFirst().strengthPpm()).isEqualTo(1_000_000);
    assertThat(driver.disposition("i", "m1")).isEqualTo(new Disposition.InEvidence());

    driver.send(retraction("r2", "ann", new Statement.OneEvent("m1"), 6));
    assertThat(driver.lastPair().a().spans()).isEmpty();
    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e1", "e2");
  }

  @Test
  void shouldTakeBackAWholeContributionAndWhatComesOfItLater() {
    driver.sendReferences("i");
    driver.sendReferences("j");
    driver.send(vote("i", "e1", "ann", Answer.A, 1), vote("i", "e2", "bob", Answer.A, 2));
    driver.send(vote("j", "e1", "ann", Answer.A, 3), vote("j", "e2", "ann", Answer.B, 4));
    driver.send(retraction("r0", "ann", new Statement.OneEvent("e9"), 4));

    driver.send(wholeContribution("r", "ann", "ann", 5));
    driver.send(vote("j", "e3", "ann", Answer.A, 6));

    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e2");
    for (String event : List.of("i/e1", "j/e1", "j/e2", "j/e3", "i/r0")) {
      assertThat(driver.disposition(event.substring(0, 1), event.substring(2)))
          .as(event)
          .isEqualTo(new Disposition.Erased());
    }
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.disposition("ann", "r")).isEqualTo(RETRACTION);

    driver.send(wholeContribution("r", "bob", "eve", 7));
    assertThat(driver.disposition("bob", "r"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.FOREIGN_RETRACTION));
  }

  @Test
  void shouldWithdrawTheItemsOfAPersonWhetherThePromptCameBeforeOrAfter() {
    for (String item : List.of("early", "late")) {
      driver.send(completion(item, "a"), completion(item, "b"));
      driver.send(vote(item, "e1", "ann", Answer.A, 1), vote(item, "e2", "bob", Answer.A, 2));
    }
    driver.send(promptOf("early", "sue"));
    assertThat(driver.examples()).hasSize(1);

    driver.send(wholeContribution("r", "sue", OPERATOR, 3));
    driver.send(promptOf("late", "sue"));
    driver.send(vote("late", "e3", "cid", Answer.A, 4));

    assertThat(driver.examples()).hasSize(2);
    assertThat(driver.lastPair().evidence().isWithdrawn()).isTrue();
    for (String event : List.of("e1", "e2")) {
      assertThat(driver.disposition("early", event)).isEqualTo(new Disposition.Erased());
      assertThat(driver.disposition("late", event)).isEqualTo(new Disposition.Erased());
    }
    assertThat(driver.disposition("late", "e3")).isEqualTo(new Disposition.Erased());
    assertThat(driver.waiting()).isZero();
  }

  @Test
  void shouldWithdrawAGroupThatLacksAJudgeAgain() {
    RewardScore one = RewardTest.score("a", "judge", 1);
    RewardScore other = RewardTest.score("b", "judge", 0);
    driver.send(prompt("i"));
    driver.send(RewardTest.completion("i", "a"), RewardTest.completion("i", "b"));
    driver.send(RewardTest.task("t", "i", "a", "b"));
    driver.send(one, other);
    assertThat(driver.onlyGroup().evidence().eventIds()).hasSize(2);

    driver.send(retraction("r", "judge", new Statement.OneEvent(one.eventId()), 2));

    var withdrawn = (RolloutGroup) driver.examples().getLast();
    assertThat(withdrawn.revision()).isEqualTo(2);
    assertThat(withdrawn.evidence().isWithdrawn()).isTrue();
    assertThat(driver.disposition(one)).isEqualTo(new Disposition.Retracted());
    assertThat(driver.disposition(other)).isEqualTo(new Disposition.Waiting());
  }

  @Test
  void shouldTakeBackScoresOnEitherSideOfTheRetraction() {
    driver.send(prompt("i"));
    driver.send(RewardTest.completion("i", "a"), RewardTest.completion("i", "b"));
    driver.send(RewardTest.task("t", "i", "a", "b"));
    RewardScore before = RewardTest.score("a", "judge", 1);
    driver.send(before);
    driver.send(retraction("r", OPERATOR, new Statement.OneCandidate("a"), 2));
    RewardScore after = RewardTest.score("a", "second", 1);
    driver.send(after, RewardTest.score("b", "judge", 0));

    assertThat(driver.disposition(before)).isEqualTo(new Disposition.Retracted());
    assertThat(driver.disposition(after)).isEqualTo(new Disposition.Retracted());
    assertThat(driver.examples()).isEmpty();
  }

  @Test
  void shouldCountARepeatedRetractionAsADuplicate() {
    driver.send(vote("e1", "ann", Answer.A, 1));
    driver.send(retraction("r", "ann", new Statement.OneEvent("e1"), 2));
    driver.send(retraction("r", "ann", new Statement.OneEvent("e1"), 3));
    driver.send(vote("e1", "ann", Answer.A, 4));

    assertThat(driver.count("plumbline.streams.duplicates", "topic", "feedback")).isEqualTo(2);
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Retracted());
  }

  private static Prompt promptOf(String item, String subject) {
    return new Prompt(
        item, "assistant", Text.plain("Say " + item), 4, "test", Fixtures.START, subject);
  }

  private static FeedbackEvent retraction(
      String id, String annotator, Statement.RetractionScope scope, int minute) {
    return said("i", id, annotator, minute, new Statement.Retraction(scope), null);
  }

  private static FeedbackEvent wholeContribution(
      String id, String person, String annotator, int minute) {
    var scope = new Statement.WholeContribution(person);
    return new FeedbackEvent(
        id,
        person,
        new Annotator(annotator, AnnotatorKind.HUMAN, false),
        "test",
        Fixtures.at(minute),
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Retraction(scope));
  }
}
