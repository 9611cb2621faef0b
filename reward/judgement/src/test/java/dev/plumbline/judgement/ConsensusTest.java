/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConsensusTest {
  @Test
  void shouldBelieveASingleVoteWholly() {
    assertThat(Consensus.of(tally(1, 0, 0))).isEqualTo(new Consensus(1_000_000, 0, 1_000_000));
    assertThat(Consensus.of(tally(0, 1, 0))).isEqualTo(new Consensus(0, 0, 1_000_000));
    assertThat(Consensus.of(tally(0, 0, 1))).isEqualTo(new Consensus(0, 1_000_000, 1_000_000));
  }

  @Test
  void shouldSplitTheBeliefByVotes() {
    assertThat(Consensus.of(tally(2, 0, 1))).isEqualTo(new Consensus(666_666, 333_334, 1_000_000));
    assertThat(Consensus.of(tally(1, 2, 0))).isEqualTo(new Consensus(333_333, 0, 1_000_000));
  }

  @Test
  void shouldHaveNoWeightWithoutVotes() {
    assertThat(Consensus.of(PairTally.EMPTY)).isEqualTo(Consensus.NONE);
    assertThat(Consensus.NONE.weightPpm()).isZero();
  }

  @Test
  void shouldCountAVoteByItsTrust() {
    var tally =
        PairTally.EMPTY
            .plus(PairVerdict.A_BETTER, Trust.FULL_PPM)
            .plus(PairVerdict.B_BETTER, Trust.FULL_PPM / 4);

    assertThat(Consensus.of(tally).probABetterPpm()).isEqualTo(800_000);
  }

  @Test
  void shouldStayWithinOnePpmOfEveryShareForAnyCounts() {
    var random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      int a = random.nextInt(1_000);
      int b = random.nextInt(1_000);
      int tie = random.nextInt(1_000);
      double total = a + b + tie;
      if (total == 0) {
        continue;
      }

      Consensus consensus = Consensus.of(tally(a, b, tie));

      int probB = 1_000_000 - consensus.probABetterPpm() - consensus.probTiePpm();
      assertThat(Math.abs(consensus.probABetterPpm() - 1e6 * a / total)).isLessThanOrEqualTo(1);
      assertThat(Math.abs(consensus.probTiePpm() - 1e6 * tie / total)).isLessThanOrEqualTo(1);
      assertThat(Math.abs(probB - 1e6 * b / total)).isLessThanOrEqualTo(1);
      assertThat(tie == 0).isEqualTo(consensus.probTiePpm() == 0);
    }
  }

  @Test
  void shouldNotDependOnTheOrderOfVotes() {
    List<PairVerdict> votes = new ArrayList<>();
    votes.addAll(Collections.nCopies(11, PairVerdict.A_BETTER));
    votes.addAll(Collections.nCopies(7, PairVerdict.B_BETTER));
    votes.addAll(Collections.nCopies(13, PairVerdict.TIE));
    Consensus expected = Consensus.of(tallyOf(votes));

    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(votes, new Random(seed));

      assertThat(Consensus.of(tallyOf(votes))).isEqualTo(expected);
    }
  }

  @Test
  void shouldRefuseTrustOutsideItsRange() {
    assertThatThrownBy(() -> PairTally.EMPTY.plus(PairVerdict.TIE, -1))
        .hasMessage("trust must lie in 0 to 1000000 parts per million, but was -1");
  }

  @Test
  void shouldTakeDesirabilityFromThumbs() {
    assertThat(Desirability.of(1_000_000, 0)).isEqualTo(new Desirability(1_000_000, 1_000_000));
    assertThat(Desirability.of(2_000_000, 1_000_000))
        .isEqualTo(new Desirability(666_666, 1_000_000));
    assertThat(Desirability.of(0, 0)).isEqualTo(Desirability.NONE);
    assertThatThrownBy(() -> Desirability.of(-1, 0)).hasMessageContaining("-1 (up)");
  }

  private static PairTally tally(int a, int b, int tie) {
    return new PairTally(a * 1_000_000L, b * 1_000_000L, tie * 1_000_000L);
  }

  private static PairTally tallyOf(List<PairVerdict> votes) {
    PairTally tally = PairTally.EMPTY;
    for (PairVerdict vote : votes) {
      tally = tally.plus(vote, Trust.FULL_PPM);
    }
    return tally;
  }
}
