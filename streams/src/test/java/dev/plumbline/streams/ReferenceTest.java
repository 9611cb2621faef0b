/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.DAY;
import static dev.plumbline.streams.Fixtures.completion;
import static dev.plumbline.streams.Fixtures.prompt;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topics;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceTest {
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
  void shouldEmitWhenTheCompletionsArriveDaysAfterTheVotes() {
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    driver.tick(5 * DAY);
    assertThat(driver.examples()).isEmpty();

    driver.sendReferences("i");

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1", "e2");
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.InEvidence());
  }

  @Test
  void shouldEmitWhenThePromptArrivesLast() {
    driver.send(completion("i", "a"), completion("i", "b"));
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));
    assertThat(driver.examples()).isEmpty();

    driver.send(prompt("i"));

    assertThat(driver.examples()).hasSize(1);
    assertThat(driver.waiting()).isZero();
  }

  @Test
  void shouldSetAsideOnceAVoteWhoseCandidateDoesNotArriveAndTakeItUpWhenItDoes() {
    driver.send(prompt("i"));
    driver.send(completion("i", "a"));
    FeedbackEvent vote = vote("e1", "ann", Answer.A, 0);
    driver.send(vote);
    assertThat(driver.waiting()).isEqualTo(1);
    driver.tick(DAY - 1);
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Waiting());

    driver.tick(DAY);
    driver.tick(DAY + 1);

    DeadLetter letter = driver.onlyDeadLetter();
    assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNKNOWN_CANDIDATE);
    assertThat(letter.detail()).contains("candidate b of item i").doesNotContain("candidate a");
    assertThat(letter.eventId()).isEqualTo("e1");
    assertThat(letter.topic()).isEqualTo("feedback");
    assertThat(letter.offset()).isZero();
    assertThat(Topics.FEEDBACK.value().decode(letter.original().toArray())).isEqualTo(vote);
    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_CANDIDATE));
    assertThat(driver.waiting()).isZero();

    driver.send(completion("i", "b"));

    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1");
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.InEvidence());
    assertThat(driver.deadLetters()).hasSize(1);
  }

  @Test
  void shouldNameAMissingPromptAndThenWhatIsStillMissing() {
    driver.send(vote("e1", "ann", Answer.A, 0));
    driver.tick(DAY);

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.UNKNOWN_ITEM);
    assertThat(driver.onlyDeadLetter().detail()).contains("prompt i", "candidate a", "candidate b");

    driver.send(prompt("i"));

    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.DeadLettered(DeadLetterReason.UNKNOWN_CANDIDATE));
    assertThat(driver.deadLetters()).hasSize(1);
  }

  @Test
  void shouldSetAsideAtOnceAVoteThatIsReadLongAfterItWasAccepted() {
    driver.tick(3 * DAY);

    driver.send(vote("e1", "ann", Answer.A, 0));

    assertThat(driver.onlyDeadLetter().eventId()).isEqualTo("e1");
  }

  @Test
  void shouldNotSetAsideAVoteThatWasSupersededWhileItWaited() {
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "ann", Answer.B, 1));

    driver.tick(DAY);
    assertThat(driver.deadLetters()).isEmpty();
    driver.tick(DAY + 1);

    assertThat(driver.onlyDeadLetter().eventId()).isEqualTo("e2");
    assertThat(driver.disposition("i", "e1")).isEqualTo(new Disposition.Superseded());
  }

  @Test
  void shouldNotSetAsideAVoteWhoseReferencesArrivedInTime() {
    driver.send(vote("e1", "ann", Answer.BOTH_BAD, 0));
    driver.sendReferences("i");

    driver.tick(DAY);

    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.NoExample(Disposition.Cause.BOTH_BAD));
  }

  @Test
  void shouldRefuseAPromptOfAPolicyWithoutFeed() {
    driver.send(prompt("i", "stranger"));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.REJECTED);
    assertThat(driver.onlyDeadLetter().detail()).contains("stranger", "[assistant, robot]");

    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    assertThat(driver.examples()).hasSize(1);
  }

  @Test
  void shouldKeepTheFirstOfTwoCompletionsThatShareAnId() {
    driver.sendReferences("i");
    Completion first = completion("i", "a");
    driver.send(first);
    assertThat(driver.count("plumbline.streams.duplicates", "topic", "completions")).isEqualTo(1);

    driver.send(
        new Completion(
            "a",
            "i",
            Text.plain("other"),
            5,
            null,
            0,
            List.of(),
            List.of(),
            "test",
            Fixtures.START));
    driver.send(vote("e1", "ann", Answer.A, 1), vote("e2", "bob", Answer.A, 2));

    assertThat(driver.onlyDeadLetter().reason()).isEqualTo(DeadLetterReason.CONFLICTING_DUPLICATE);
    assertThat(driver.onlyPair().a().text()).isEqualTo(first.text());
  }
}
