/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order of several candidates that several rankings of the same set add up to.
 *
 * <p>The order is Borda's with ties: in one ranking, a candidate with b others above it and t
 * others in its tier has the mean rank 1 + b + t/2; candidates are sorted by the sum of their mean
 * ranks, each ranking weighted by trust, and equal sums tie. (J.-C. de Borda, Memoire sur les
 * elections au scrutin, 1781; mean ranks of ties as in M. G. Kendall, The treatment of ties in
 * ranking problems, Biometrika 33, 1945.) Ranks are doubled, so that sums are integers.
 *
 * <p>The weight is how far the rankings agree with that order: one minus the Kendall distance with
 * penalty 1/2, averaged over pairs and, by trust, over rankings. A pair of candidates counts 1
 * where ranking and consensus put it in the same order or both tie it, 1/2 where exactly one of
 * them ties it, 0 where they contradict. (R. Fagin, R. Kumar, M. Mahdian, D. Sivakumar, E. Vee,
 * Comparing and aggregating rankings with ties, PODS 2004, K^(p) with p = 1/2.) A single ranking
 * has full weight; two opposite ones tie everything, with weight 1/2. Where the trust of all
 * rankings is less than that of one that counts fully, the weight falls with it. Rounded down to
 * parts per million.
 *
 * <p>All of it is integer arithmetic on sums, so it depends on the set of rankings alone. Exact up
 * to 38,000 fully trusted rankings of 16 candidates.
 *
 * @param tierOf the tier of each candidate, counted from 0 for the best
 * @param weightPpm how much the order counts, parts per million
 */
public record RankingConsensus(List<Integer> tierOf, int weightPpm) {
  public RankingConsensus {
    tierOf = Tiers.require(tierOf);
  }

  /** Returns the consensus of no rankings of so many candidates: one tier, without weight. */
  public static RankingConsensus none(int candidates) {
    return new RankingConsensus(Collections.nCopies(candidates, 0), 0);
  }

  /**
   * Returns the consensus of {@code votes}, in whichever order they come.
   *
   * @param candidates how many candidates each of them ranks
   */
  public static RankingConsensus of(int candidates, List<RankingVote> votes) {
    long[] rankSums = new long[candidates];
    long trust = 0;
    for (RankingVote vote : votes) {
      if (vote.tierOf().size() != candidates) {
        throw new IllegalArgumentException(
            "every ranking must rank the same %d candidates, but one ranked %d"
                .formatted(candidates, vote.tierOf().size()));
      }
      for (int c = 0; c < candidates; c++) {
        rankSums[c] += (long) vote.trustPpm() * doubledRank(vote.tierOf(), c);
      }
      trust += vote.trustPpm();
    }
    if (trust == 0) {
      return none(candidates);
    }
    long[] distinct = Arrays.stream(rankSums).distinct().sorted().toArray();
    List<Integer> order =
        Arrays.stream(rankSums).mapToObj(sum -> Arrays.binarySearch(distinct, sum)).toList();
    long pairs = (long) candidates * (candidates - 1) / 2;
    long agreement = 0;
    for (RankingVote vote : votes) {
      agreement += vote.trustPpm() * doubledAgreement(vote.tierOf(), order);
    }
    long agreed = Trust.shareOf(agreement, 2 * pairs * trust);
    return new RankingConsensus(
        order, Math.toIntExact(agreed * Trust.weightOf(trust) / Trust.FULL_PPM));
  }

  /** Returns the numbers of the candidates, best first; tied ones by number. */
  public List<Integer> order() {
    return IntStream.range(0, tierOf.size())
        .boxed()
        .sorted(Comparator.comparing(tierOf::get))
        .toList();
  }

  /** Returns how many candidates each tier holds, best first. */
  public List<Integer> tierSizes() {
    return tierOf.stream()
        .distinct()
        .sorted()
        .map(tier -> Collections.frequency(tierOf, tier))
        .toList();
  }

  /** Twice the mean rank: 2 (1 + b + t/2) with b others above and t others in the same tier. */
  private static int doubledRank(List<Integer> tierOf, int candidate) {
    int doubled = 1;
    for (int other : tierOf) {
      int order = Integer.compare(other, tierOf.get(candidate));
      doubled += order < 0 ? 2 : order == 0 ? 1 : 0;
    }
    return doubled;
  }

  /** Twice the number of pairs in which both orders agree, half-agreements counted half. */
  private static long doubledAgreement(List<Integer> one, List<Integer> other) {
    long doubled = 0;
    for (int i = 0; i < one.size(); i++) {
      for (int j = 0; j < i; j++) {
        int here = Integer.compare(one.get(i), one.get(j));
        int there = Integer.compare(other.get(i), other.get(j));
        doubled += 2 - Math.abs(here - there);
      }
    }
    return doubled;
  }
}
