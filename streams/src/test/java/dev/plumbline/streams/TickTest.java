/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.DeadLetterReason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TickTest {
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
  void shouldWriteNoTickWhileNothingWaits() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    driver.advanceWallClock(Duration.ofDays(2));

    assertThat(driver.ticks()).isEmpty();
  }

  @Test
  void shouldWriteNoTickBeforeSomethingIsDue() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0));

    driver.advanceWallClock(Duration.ofMinutes(59));

    assertThat(driver.ticks()).isEmpty();
  }

  @Test
  void shouldMeetADeadlineOnAnIdleStreamByATickOfItsOwn() {
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0));

    driver.advanceWallClock(Duration.ofMinutes(61));
    driver.advanceWallClock(Duration.ofMinutes(10));

    assertThat(driver.examples()).hasSize(1);
    assertThat(driver.ticks()).hasSize(1);
  }

  @Test
  void shouldSetAsideAVoteOnAnUnknownCandidateOnAnIdleStream() {
    driver.send(vote("e1", "ann", Answer.A, 0));

    driver.advanceWallClock(Duration.ofMinutes(DAY + 1));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.UNKNOWN_ITEM);
  }
}
