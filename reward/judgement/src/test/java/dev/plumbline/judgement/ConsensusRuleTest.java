/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConsensusRuleTest {
  private static final int FULL = Trust.FULL_PPM;
  private static final List<PairVerdict> VERDICTS = List.of(PairVerdict.values());

  @Test
  void shouldShareTrustAsTheTallyDoes() {
    List<Believed<PairVerdict>> votes = votes(new Random(1), 30);
    PairTally tally = PairTally.EMPTY;
    for (Believed<PairVerdict> vote : votes) {
      tally = tally.plus(vote.verdict(), vote.trustPpm());
    }
    assertThat(ConsensusRule.SHARE.pair(votes)).isEqualTo(Consensus.of(tally));
  }

  @Test
  void shouldGiveTheMajorityAllOfTheBelief() {
    assertThat(
            ConsensusRule.MAJORITY.pair(
                List.of(
                    vote(PairVerdict.B_BETTER, FULL),
                    vote(PairVerdict.B_BETTER, FULL),
                    vote(PairVerdict.A_BETTER, FULL))))
        .isEqualTo(new Consensus(0, 0, FULL));
  }

  @Test
  void shouldLetOneReliableVoteOutweighTwoThatHardlyKnow() {
    List<Believed<PairVerdict>> votes =
        List.of(
            new Believed<>(PairVerdict.A_BETTER, FULL, 950_000),
            new Believed<>(PairVerdict.B_BETTER, FULL, 600_000),
            new Believed<>(PairVerdict.B_BETTER, FULL, 600_000));
    assertThat(ConsensusRule.POSTERIOR.pair(votes).probABetterPpm()).isGreaterThan(700_000);
    assertThat(ConsensusRule.SHARE.pair(votes).probABetterPpm()).isEqualTo(333_333);
  }

  @Test
  void shouldBelieveNobodyAtChance() {
    assertThat(ConsensusRule.POSTERIOR.thumbs(List.of(new Believed<>(true, FULL, 500_000))))
        .isEqualTo(new Desirability(500_000, FULL));
  }

  @Test
  void shouldGiveTheReliabilityOfASingleThumb() {
    assertThat(
            ConsensusRule.POSTERIOR
                .thumbs(List.of(new Believed<>(true, FULL, 800_000)))
                .probDesirablePpm())
        .isBetween(799_998, 800_000);
  }

  @ParameterizedTest
  @EnumSource(ConsensusRule.class)
  void shouldNotDependOnTheOrderOfVotes(ConsensusRule rule) {
    Random random = new Random(2);
    for (int run = 0; run < 200; run++) {
      List<Believed<PairVerdict>> votes = votes(random, 1 + random.nextInt(9));
      Consensus consensus = rule.pair(votes);
      Collections.shuffle(votes, random);
      assertThat(rule.pair(votes)).isEqualTo(consensus);
      assertThat(consensus.probABetterPpm() + consensus.probTiePpm()).isBetween(0, FULL);
    }
  }

  @ParameterizedTest
  @EnumSource(ConsensusRule.class)
  void shouldHaveNoBeliefWithoutTrust(ConsensusRule rule) {
    assertThat(rule.pair(List.of())).isEqualTo(Consensus.NONE);
    assertThat(rule.pair(List.of(vote(PairVerdict.A_BETTER, 0)))).isEqualTo(Consensus.NONE);
    assertThat(rule.thumbs(List.of())).isEqualTo(Desirability.NONE);
  }

  private static Believed<PairVerdict> vote(PairVerdict verdict, int trustPpm) {
    return new Believed<>(verdict, trustPpm, 800_000);
  }

  private static List<Believed<PairVerdict>> votes(Random random, int n) {
    List<Believed<PairVerdict>> votes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      PairVerdict verdict = VERDICTS.get(random.nextInt(VERDICTS.size()));
      votes.add(
          new Believed<>(verdict, 1 + random.nextInt(FULL), 500_000 + random.nextInt(500_001)));
    }
    return votes;
  }
}
