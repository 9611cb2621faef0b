/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.HOUR;
import static dev.plumbline.streams.Fixtures.at;
import static dev.plumbline.streams.Fixtures.said;
import static dev.plumbline.streams.Fixtures.task;
import static dev.plumbline.streams.Fixtures.vote;
import static dev.plumbline.streams.Fixtures.voteOnTask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Evidence;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Identity;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.TrainingExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairTest {
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
  void shouldEmitOnePairWhenTwoAnnotatorsAgree() {
    driver.sendReferences("i");

    driver.send(vote("e1", "ann", Answer.A, 1));
    assertThat(driver.examples()).isEmpty();
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Waiting());
    driver.send(vote("e2", "bob", Answer.A, 2));

    PreferencePair pair = driver.onlyPair();
    assertThat(pair.exampleId()).isEqualTo(Identity.pairId("assistant", "i", "overall", "a", "b"));
    assertThat(pair.revision()).isEqualTo(1);
    assertThat(pair.prompt()).isEqualTo(Text.plain("Say i"));
    assertThat(pair.a().text()).isEqualTo(Text.plain("a of i"));
    assertThat(pair.b().text()).isEqualTo(Text.plain("b of i"));
    assertThat(pair.probABetterPpm()).isEqualTo(1_000_000);
    assertThat(pair.probTiePpm()).isZero();
    assertThat(pair.weightPpm()).isEqualTo(1_000_000);
    assertThat(pair.evidence())
        .isEqualTo(new Evidence(List.of("e1", "e2"), at(2), null, List.of("ann", "bob")));
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldNameEvidenceByIdWhateverTheOrderOfVotes() {
    driver.sendReferences("i");

    driver.send(vote("e2", "bob", Answer.B, 1), vote("e1", "ann", Answer.B, 2));

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1", "e2");
  }

  @Test
  void shouldMirrorAVoteThatWasShownTheOtherWay() {
    driver.sendReferences("i");

    driver.send(
        vote("e1", "ann", Answer.A, 1),
        said("i", "e2", "bob", 2, new Statement.Comparison("b", "a", Answer.B), null));

    assertThat(driver.onlyPair().probABetterPpm()).isEqualTo(1_000_000);
  }

  @Test
  void shouldKeepTiesApartFromPreferences() {
    driver.sendReferences("i");

    driver.send(vote("e1", "ann", Answer.TIE, 1), vote("e2", "bob", Answer.B, 2));

    assertThat(driver.onlyPair().probABetterPpm()).isZero();
    assertThat(driver.onlyPair().probTiePpm()).isEqualTo(500_000);
  }

  @Test
  void shouldMakeNoExampleOfBothBadAndOfAbstentionsAndKeepThemApart() {
    driver.sendReferences("i");

    driver.send(
        vote("e1", "ann", Answer.BOTH_BAD, 1),
        vote("e2", "bob", Answer.BOTH_BAD, 2),
        vote("e3", "cleo", Answer.CANT_TELL, 3));
    driver.tick(2 * DAY);

    assertThat(driver.examples()).isEmpty();
    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.BOTH_BAD));
    assertThat(driver.disposition("i", "e3"))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.CANT_TELL));
  }

  @Test
  void shouldNotCountBothBadTowardsTheQuorum() {
    driver.sendReferences("i");

    driver.send(vote("e1", "ann", Answer.BOTH_BAD, 1), vote("e2", "bob", Answer.A, 2));
    assertThat(driver.examples()).isEmpty();
    driver.send(vote("e3", "cleo", Answer.A, 3));

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e2", "e3");
  }

  @Test
  void shouldEmitAtTheDeadlineByATickOnAnIdleStream() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0));

    driver.tick(HOUR - 1);
    assertThat(driver.examples()).isEmpty();
    driver.tick(HOUR);

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1");
    assertThat(driver.waiting()).isZero();
  }

  @Test
  void shouldEmitAtTheDeadlineByAnEventOnAnotherItem() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0));

    driver.send(vote("other", "e1", "ann", Answer.A, HOUR));

    assertThat(driver.onlyPair().itemId()).isEqualTo("i");
  }

  @Test
  void shouldNotMoveTheClockBack() {
    driver.sendReferences("i");
    driver.tick(2 * HOUR);

    driver.send(vote("e1", "ann", Answer.A, 0));

    assertThat(driver.onlyPair().evidence().newestAcceptedAt()).isEqualTo(at(0));
  }

  @Test
  void shouldReviseWhenALateVoteChangesTheContent() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    driver.send(vote("e3", "cleo", Answer.B, 3 * DAY));

    assertThat(driver.examples()).extracting(TrainingExample::revision).containsExactly(1, 2);
    assertThat(driver.lastPair().probABetterPpm()).isEqualTo(666_666);
    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e1", "e2", "e3");
    assertThat(driver.count("plumbline.streams.revisions")).isEqualTo(1);
    assertThat(driver.count("plumbline.streams.examples", "kind", "preference-pair")).isEqualTo(2);
  }

  @Test
  void shouldNotReviseWhenNothingChanged() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    driver.send(vote("e3", "cleo", Answer.BOTH_BAD, 3));
    driver.tick(2 * DAY);

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldTakeTheQuorumOfTheTask() {
    driver.sendReferences("i");
    driver.send(task("i", "t", 1, null));

    driver.send(voteOnTask("t", "e1", "ann", Answer.A, 1));

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldTakeTheDefaultQuorumWhereTheTaskSaysNothing() {
    driver.sendReferences("i");
    driver.send(task("i", "t", null, null));

    driver.send(voteOnTask("t", "e1", "ann", Answer.A, 1));
    assertThat(driver.examples()).isEmpty();
    driver.send(voteOnTask("t", "e2", "bob", Answer.A, 2));

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldWaitForATaskThatIsNamedButUnknownAndEmitWhenItArrives() {
    driver.sendReferences("i");
    driver.send(
        voteOnTask("t", "e1", "ann", Answer.A, 1), voteOnTask("t", "e2", "bob", Answer.A, 2));
    driver.tick(2 * HOUR);
    assertThat(driver.examples()).isEmpty();

    driver.send(task("i", "t", 3, Duration.ofHours(2)));
    assertThat(driver.examples()).isEmpty();
    driver.tick(2 * HOUR + 1);

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldEmitWithoutTheTaskWhenItDoesNotArriveInTime() {
    driver.sendReferences("i");
    driver.send(voteOnTask("t", "e1", "ann", Answer.A, 0));

    driver.tick(DAY - 1);
    assertThat(driver.examples()).isEmpty();
    driver.tick(DAY);

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldBoundTheTimeLimitOfATaskByTheWaitForTheTask() {
    driver.sendReferences("i");
    driver.send(task("i", "t", 5, Duration.ofDays(9)));

    driver.send(voteOnTask("t", "e1", "ann", Answer.A, 0));
    driver.tick(DAY);

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldEmitHeldOutItemsAllTheSameAndSaySo() {
    String item = "h";
    while (Split.of(item) == Split.TRAIN) {
      item += "h";
    }
    driver.sendReferences(item);

    driver.send(vote(item, "e1", "ann", Answer.A, 1), vote(item, "e2", "bob", Answer.A, 2));

    assertThat(driver.onlyPair().split()).isEqualTo(Split.HELD_OUT);
    assertThat(driver.disposition(item, "e1")).isEqualTo(new Disposition.HeldOut());
  }

  @Test
  void shouldKeepCriteriaApart() {
    driver.sendReferences("i");
    var helpful =
        new FeedbackEvent(
            "e2",
            "i",
            Annotator.human("bob"),
            "test",
            at(2),
            null,
            null,
            "helpfulness",
            new Statement.Comparison("a", "b", Answer.A));

    driver.send(vote("e1", "ann", Answer.A, 1), helpful);

    assertThat(driver.examples()).isEmpty();
  }

  @Test
  void shouldWriteAnExampleUnderItsPolicyWithCloudEventHeaders() {
    driver.sendReferences("i");

    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    TestRecord<byte[], byte[]> record = driver.rawExamples().getFirst();
    assertThat(record.key()).asString().isEqualTo("assistant");
    assertThat(record.getRecordTime()).isEqualTo(at(2));
    assertThat(record.headers().lastHeader("ce_type").value())
        .asString()
        .isEqualTo("dev.plumbline.preference-pair.v1");
  }
}
