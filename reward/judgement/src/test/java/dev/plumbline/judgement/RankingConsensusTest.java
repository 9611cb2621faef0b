/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingConsensusTest {
  private static final int FULL = Trust.FULL_PPM;

  @Test
  void shouldBelieveASingleRankingWholly() {
    RankingConsensus consensus = RankingConsensus.of(4, List.of(vote(2, 0, 1, 1)));

    assertThat(consensus).isEqualTo(new RankingConsensus(List.of(2, 0, 1, 1), FULL));
    assertThat(consensus.order()).containsExactly(1, 2, 3, 0);
    assertThat(consensus.tierSizes()).containsExactly(1, 2, 1);
  }

  @Test
  void shouldKeepARankingThatTiesAll() {
    assertThat(RankingConsensus.of(3, List.of(vote(0, 0, 0))))
        .isEqualTo(new RankingConsensus(List.of(0, 0, 0), FULL));
  }

  @Test
  void shouldTieWhatOppositeRankingsLeaveUndecidedWithHalfTheWeight() {
    assertThat(RankingConsensus.of(3, List.of(vote(0, 1, 2), vote(2, 1, 0))))
        .isEqualTo(new RankingConsensus(List.of(0, 0, 0), FULL / 2));
  }

  /**
   * Mean ranks of a, b, c: 1 2 3 and 1 3 2 and 2 1 3 sum to 4, 6, 8, so a over b over c. The three
   * rankings agree with that in 3, 2 and 2 of 3 pairs: 7/9.
   */
  @Test
  void shouldAddUpMeanRanksAndWeighByAgreement() {
    assertThat(RankingConsensus.of(3, List.of(vote(0, 1, 2), vote(0, 2, 1), vote(1, 0, 2))))
        .isEqualTo(new RankingConsensus(List.of(0, 1, 2), 777_777));
  }

  /** a over b and c tied: ranks 1, 2.5, 2.5. With a over b over c: sums 2, 4.5, 5.5. */
  @Test
  void shouldCountATieOnOneSideAsHalfAnAgreement() {
    assertThat(RankingConsensus.of(3, List.of(vote(0, 1, 1), vote(0, 1, 2))))
        .isEqualTo(new RankingConsensus(List.of(0, 1, 2), 916_666));
  }

  @Test
  void shouldCountARankingByItsTrust() {
    var trusted = new RankingVote(List.of(0, 1), FULL);
    var doubted = new RankingVote(List.of(1, 0), FULL / 4);

    assertThat(RankingConsensus.of(2, List.of(trusted, doubted)))
        .isEqualTo(new RankingConsensus(List.of(0, 1), 800_000));
  }

  @Test
  void shouldHaveNoWeightWithoutTrustedRankings() {
    assertThat(RankingConsensus.of(3, List.of())).isEqualTo(RankingConsensus.none(3));
    assertThat(RankingConsensus.of(2, List.of(new RankingVote(List.of(0, 1), 0))))
        .isEqualTo(new RankingConsensus(List.of(0, 0), 0));
  }

  @Test
  void shouldEqualADerivationInFractionsForAnyRankings() {
    var random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int candidates = 2 + random.nextInt(6);
      List<RankingVote> votes = new ArrayList<>();
      for (int v = 1 + random.nextInt(5); v > 0; v--) {
        votes.add(new RankingVote(tiers(random, candidates), 1 + random.nextInt(FULL)));
      }

      RankingConsensus consensus = RankingConsensus.of(candidates, votes);
      Collections.shuffle(votes, random);

      assertThat(RankingConsensus.of(candidates, votes)).isEqualTo(consensus);
      double trust = votes.stream().mapToInt(RankingVote::trustPpm).sum() / (double) FULL;
      double weight = agreement(consensus, votes) * Math.min(1, trust);
      assertThat(consensus.weightPpm() / 1e6).isBetween(weight - 2e-6, weight + 1e-9);
      double[] ranks = meanRanks(candidates, votes);
      for (int i = 0; i < candidates; i++) {
        for (int j = 0; j < candidates; j++) {
          if (consensus.tierOf().get(i) < consensus.tierOf().get(j)) {
            assertThat(ranks[i]).isLessThan(ranks[j]);
          }
        }
      }
    }
  }

  @Test
  void shouldRefuseRankingsThatAreNone() {
    assertThatThrownBy(() -> vote(0, 2))
        .hasMessageContaining("must count from 0 without a gap, but were [0, 2]");
    assertThatThrownBy(() -> vote(0)).hasMessageContaining("[0]");
    assertThatThrownBy(() -> RankingConsensus.of(3, List.of(vote(0, 1))))
        .hasMessage("every ranking must rank the same 3 candidates, but one ranked 2");
  }

  /** Each candidate's mean rank from the sorted positions that its tier takes up. */
  private static double[] meanRanks(int candidates, List<RankingVote> votes) {
    double[] sums = new double[candidates];
    for (RankingVote vote : votes) {
      int[] sorted = vote.tierOf().stream().mapToInt(Integer::intValue).sorted().toArray();
      for (int c = 0; c < candidates; c++) {
        int tier = vote.tierOf().get(c);
        double mean = 0;
        for (int position = 0; position < candidates; position++) {
          mean += sorted[position] == tier ? position + 1 : 0;
        }
        long tied = Arrays.stream(sorted).filter(other -> other == tier).count();
        sums[c] += vote.trustPpm() / 1e6 * mean / tied;
      }
    }
    return sums;
  }

  private static double agreement(RankingConsensus consensus, List<RankingVote> votes) {
    double agreed = 0;
    double total = 0;
    for (RankingVote vote : votes) {
      for (int i = 0; i < vote.tierOf().size(); i++) {
        for (int j = i + 1; j < vote.tierOf().size(); j++) {
          int here = vote.tierOf().get(i).compareTo(vote.tierOf().get(j));
          int there = consensus.tierOf().get(i).compareTo(consensus.tierOf().get(j));
          double share = here == there ? 1 : here == 0 || there == 0 ? 0.5 : 0;
          agreed += vote.trustPpm() * share;
          total += vote.trustPpm();
        }
      }
    }
    return agreed / total;
  }

  private static List<Integer> tiers(Random random, int candidates) {
    List<Integer> drawn = random.ints(candidates, 0, candidates).boxed().toList();
    List<Integer> distinct = drawn.stream().distinct().sorted().toList();
    return drawn.stream().map(distinct::indexOf).toList();
  }

  private static RankingVote vote(Integer... tierOf) {
    return new RankingVote(List.of(tierOf), FULL);
  }
}
