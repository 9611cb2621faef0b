/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.HOUR;
import static dev.plumbline.streams.Fixtures.claimed;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupersedingTest {
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
  void shouldCountOnlyTheLastWordOfAnAnnotator() {
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "ann", Answer.B, 2));
    assertThat(driver.examples()).isEmpty();

    driver.send(vote("e3", "bob", Answer.B, 3));

    assertThat(driver.onlyPair().probABetterPpm()).isZero();
    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e2", "e3");
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Superseded());
  }

  @Test
  void shouldOrderAnAnnotatorsVotesByWhenTheyWereSaid() {
    driver.send(
        vote("e1", "ann", Answer.A, 5),
        claimed(vote("e2", "ann", Answer.B, 9), 4),
        vote("e3", "bob", Answer.A, 10));

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1", "e3");
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Superseded());
  }

  @Test
  void shouldOrderVotesSaidAtOnceByEventId() {
    driver.send(
        vote("e2", "ann", Answer.B, 1),
        vote("e1", "ann", Answer.A, 1),
        vote("e3", "bob", Answer.B, 2));

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e2", "e3");
  }

  @Test
  void shouldNotBelieveAClaimThatLiesInTheFuture() {
    driver.send(
        claimed(vote("e1", "ann", Answer.A, 1), 365 * Fixtures.DAY),
        vote("e2", "ann", Answer.B, 2),
        vote("e3", "bob", Answer.B, 3));

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e2", "e3");
  }

  @Test
  void shouldReviseWhenAVoteIsSupersededAfterTheQuorumWasReached() {
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    driver.send(vote("e3", "bob", Answer.BOTH_BAD, 3));

    assertThat(driver.examples()).hasSize(2);
    assertThat(driver.lastPair().revision()).isEqualTo(2);
    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e1");
    assertThat(driver.disposition("i", "e2")).isEqualTo(new Disposition.Superseded());
  }

  @Test
  void shouldWithdrawAPairThatLostAllItsEvidenceAndBringItBack() {
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    driver.send(vote("e3", "ann", Answer.CANT_TELL, 3), vote("e4", "bob", Answer.BOTH_BAD, 4));

    assertThat(driver.examples()).hasSize(3);
    assertThat(driver.lastPair().evidence().isWithdrawn()).isTrue();
    assertThat(driver.lastPair().weightPpm()).isZero();

    driver.send(vote("e5", "cleo", Answer.B, 5));

    assertThat(driver.lastPair().revision()).isEqualTo(4);
    assertThat(driver.lastPair().evidence().eventIds()).containsExactly("e5");
  }

  @Test
  void shouldRememberThatTheQuorumWasOnceReached(@TempDir Path folder) {
    try (var late = PreferenceDriver.start(folder)) {
      late.send(
          vote("e1", "ann", Answer.A, 1),
          vote("e2", "bob", Answer.A, 2),
          vote("e3", "bob", Answer.BOTH_BAD, 3));

      late.sendReferences("i");

      assertThat(late.onlyPair().evidence().eventIds()).containsExactly("e1");
    }
  }

  @Test
  void shouldCountTheDeadlineFromASupersededVoteToo() {
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "ann", Answer.B, HOUR - 1));

    driver.tick(HOUR);

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e2");
  }
}
