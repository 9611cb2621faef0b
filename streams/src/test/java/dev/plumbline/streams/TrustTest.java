/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.HOUR;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.TrustEpoch;
import dev.plumbline.judgement.trust.TrustPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the topology believes, with epochs of an hour. */
class TrustTest {
  @TempDir private Path stateDir;
  private PreferenceDriver driver;

  private void start(List<String> gold, List<String> quarantined, int votesPerEpoch) {
    TrustPolicy policy = TrustPolicy.DEFAULT;
    var trust =
        new TrustSettings(
            TrustSettings.DEFAULT.consensus(),
            Duration.ofHours(1),
            votesPerEpoch,
            gold,
            quarantined,
            List.of(),
            policy.halfLifeEpochs(),
            policy.newcomerWeight(),
            policy.noTrustPpm(),
            policy.fullTrustPpm(),
            policy.suspicionOdds(),
            policy.burstVotes());
    driver = PreferenceDriver.start(Fixtures.with(trust), Fixtures.LAYOUT, stateDir);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  /** Ann, bob and dan err now and then and speak in turns; cid prefers what is shown first. */
  private void voteOnManyItems() {
    List<String> honest = List.of("ann", "bob", "dan");
    for (int i = 0; i < 40; i++) {
      String item = "item-" + i;
      driver.sendReferences(item);
      for (int turn = 0; turn < 3; turn++) {
        int who = (i + turn) % 3;
        boolean errs = i % 10 == who;
        Answer answer = (i % 2 == 0) != errs ? Answer.A : Answer.B;
        driver.send(vote(item, honest.get(who), honest.get(who), answer, i));
      }
      driver.send(vote(item, "cid", "cid", Answer.A, i));
    }
  }

  @Test
  void shouldSetAsideTheVotesOfOneWhoAlwaysPrefersWhatIsShownFirst() {
    start(List.of(), List.of(), 0);
    voteOnManyItems();
    driver.sendReferences("i");

    driver.send(
        vote("e1", "ann", Answer.B, HOUR + 1),
        vote("e2", "bob", Answer.B, HOUR + 2),
        vote("e3", "cid", Answer.A, HOUR + 3));

    assertThat(driver.disposition("i", "e3"))
        .isEqualTo(new Disposition.Discounted(Disposition.Discount.QUARANTINED));
    PreferencePair pair = driver.lastPair();
    assertThat(pair.evidence().eventIds()).containsExactly("e1", "e2");
    assertThat(pair.probABetterPpm()).isZero();
    assertThat(pair.evidence().trustEpoch())
        .isEqualTo(new Epochs(Duration.ofHours(1)).of(Fixtures.START));
    assertThat(driver.count("plumbline.streams.discounted", "reason", "quarantined")).isOne();
  }

  @Test
  void shouldShowInTheViewOfAnnotatorsWhyOneIsInQuarantine() {
    start(List.of(), List.of(), 0);
    voteOnManyItems();

    driver.tick(HOUR);

    List<TrustEpoch> annotators = driver.annotators();
    assertThat(annotators)
        .extracting(TrustEpoch::annotatorId)
        .containsExactly("ann", "bob", "cid", "dan");
    TrustEpoch cid = annotators.get(2);
    assertThat(cid.suspicions()).contains("SAME_SIDE");
    assertThat(cid.trustPpm()).isZero();
    assertThat(cid.endsAt()).isEqualTo(Fixtures.at(HOUR));
    assertThat(annotators.getFirst().suspicions()).isEmpty();
    assertThat(annotators.getFirst().trustPpm()).isPositive();
    assertThat(driver.gauge("plumbline.trust.quarantined")).isOne();
    assertThat(driver.gauge("plumbline.trust.annotators")).isEqualTo(4);
    assertThat(driver.gauge("plumbline.trust.agreement", "questions", "pair")).isBetween(0.1, 0.6);
  }

  @Test
  void shouldCloseAnIdleEpochInWhichSomethingWasSaidByATick() {
    start(List.of(), List.of(), 0);
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "bob", Answer.A, 1));

    driver.advanceWallClock(Duration.ofMinutes(61));

    assertThat(driver.ticks()).hasSize(1);
    assertThat(driver.annotators()).hasSize(2);
  }

  @Test
  void shouldSetAsideWhatAnOperatorPutInQuarantineFromTheFirstVoteOn() {
    start(List.of(), List.of("ann"), 0);
    driver.sendReferences("i");

    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "bob", Answer.A, 1));

    assertThat(driver.disposition("i", "e1"))
        .isEqualTo(new Disposition.Discounted(Disposition.Discount.QUARANTINED));
    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e2");
  }

  @Test
  void shouldCountNoMoreVotesOfAnAnnotatorThanMayBeGivenWithinAnEpoch() {
    start(List.of(), List.of(), 2);
    for (int i = 0; i < 4; i++) {
      driver.sendReferences("item-" + i);
      driver.send(vote("item-" + i, "e", "ann", Answer.A, i < 3 ? i : HOUR));
    }

    var overInfluence = new Disposition.Discounted(Disposition.Discount.OVER_INFLUENCE);
    assertThat(driver.disposition("item-1", "e")).isNotEqualTo(overInfluence);
    assertThat(driver.disposition("item-2", "e")).isEqualTo(overInfluence);
    assertThat(driver.disposition("item-3", "e")).isNotEqualTo(overInfluence);
  }

  @Test
  void shouldWithdrawTheExampleOfAQuestionThatAGoldAnnotatorAnswers() {
    start(List.of("expert"), List.of(), 0);
    driver.sendReferences("i");
    driver.send(vote("e1", "ann", Answer.A, 0), vote("e2", "bob", Answer.B, 1));
    assertThat(driver.onlyPair().evidence().eventIds()).containsExactly("e1", "e2");

    driver.send(vote("e3", "expert", Answer.A, 2));

    assertThat(driver.lastPair().evidence().isWithdrawn()).isTrue();
    for (String eventId : List.of("e1", "e2", "e3")) {
      assertThat(driver.disposition("i", eventId)).isEqualTo(new Disposition.Gold());
    }
  }

  @Test
  void shouldWeighAnnotatorsByGoldAnswers() {
    start(List.of("expert"), List.of(), 0);
    for (int i = 0; i < 30; i++) {
      String item = "item-" + i;
      Answer truth = i % 3 == 0 ? Answer.A : Answer.B;
      driver.sendReferences(item);
      driver.send(
          vote(item, "1", "ann", truth, i),
          vote(item, "2", "expert", truth, i),
          vote(item, "3", "bob", truth == Answer.A ? Answer.B : Answer.A, i));
    }

    driver.tick(HOUR);

    List<TrustEpoch> annotators = driver.annotators();
    assertThat(annotators).extracting(TrustEpoch::annotatorId).containsExactly("ann", "bob");
    assertThat(annotators.getFirst().trustPpm()).isGreaterThan(annotators.getLast().trustPpm());
  }
}
