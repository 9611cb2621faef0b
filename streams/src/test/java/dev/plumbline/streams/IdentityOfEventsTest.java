/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.again;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Statement;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityOfEventsTest {
  private PreferenceDriver driver;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    driver = PreferenceDriver.start(stateDir);
    driver.sendReferences("i");
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldCountACopyAsDuplicateHoweverLateItIsAccepted() {
    driver.send(vote("e1", "ann", Answer.A, 1), again(vote("e1", "ann", Answer.A, 1), 30));

    assertThat(driver.examples()).isEmpty();
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.count("plumbline.streams.duplicates", "topic", "feedback")).isEqualTo(1);
  }

  @Test
  void shouldSetAsideOtherContentUnderAKnownIdAndKeepTheFirst() {
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e1", "ann", Answer.B, 2));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.CONFLICTING_DUPLICATE);
    assertThat(driver.onlyDeadLetter().detail()).contains("event e1 of item i");

    driver.send(vote("e2", "bob", Answer.A, 3));

    assertThat(driver.onlyPair().probABetterPpm()).isEqualTo(1_000_000);
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.count("plumbline.streams.dead.letters", "reason", "conflicting-duplicate"))
        .isEqualTo(1);
  }

  @Test
  void shouldTakeTheSameIdOnAnotherItemAsAnotherEvent() {
    driver.sendReferences("j");

    driver.send(vote("i", "e1", "ann", Answer.A, 1), vote("j", "e1", "ann", Answer.B, 2));
    driver.tick(DAY);

    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.examples()).hasSize(2);
  }

  @Test
  void shouldTakeACopyOfAVoteThatAwaitsItsCandidateAsDuplicate() {
    driver.send(vote("k", "e1", "ann", Answer.A, 0));
    driver.tick(DAY);

    driver.send(again(vote("k", "e1", "ann", Answer.A, 0), DAY + 5));

    assertThat(driver.deadLetters()).hasSize(1);
    assertThat(driver.count("plumbline.streams.duplicates", "topic", "feedback")).isEqualTo(1);
  }

  @Test
  void shouldDecideAfreshOnADeadLetteredEventThatIsSentAgain() {
    var selfComparison =
        Fixtures.said("i", "e1", "ann", 1, new Statement.Comparison("a", "a", Answer.A), null);

    driver.send(selfComparison, again(selfComparison, 9));

    assertThat(driver.deadLetters()).hasSize(2);
    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.SELF_COMPARISON));
  }
}
