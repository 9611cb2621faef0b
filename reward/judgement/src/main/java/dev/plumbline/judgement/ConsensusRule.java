/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import java.util.Collection;

/**
 * How votes become a belief. A function of the set of votes alone, in integers: each vote adds a
 * whole number of parts, so that their order does not matter.
 */
public enum ConsensusRule {
  /** The share of trust behind each verdict: {@link Consensus#of}, {@link Desirability#of}. */
  SHARE {
    @Override
    int[] shares(long[] trust, long[] evidence) {
      return Cuts.of(trust);
    }
  },
  /** The verdict with most trust behind it; verdicts that tie share the belief. */
  MAJORITY {
    @Override
    int[] shares(long[] trust, long[] evidence) {
      long most = 0;
      for (long t : trust) {
        most = Math.max(most, t);
      }
      long[] winners = new long[trust.length];
      for (int v = 0; v < trust.length; v++) {
        winners[v] = trust[v] == most ? 1 : 0;
      }
      return Cuts.of(winners);
    }
  },
  /**
   * The probability of each verdict when all are equally likely beforehand and each annotator knows
   * the answer with probability k = 2 reliability - 1, else guesses evenly among n verdicts: a vote
   * adds ln((k + (1 - k) / n) / ((1 - k) / n)) to the log-odds of its verdict, in proportion to its
   * trust. That is the weight of S. Nitzan, J. Paroush, Optimal decision rules in uncertain
   * dichotomous choice situations, International Economic Review 23, 1982. k counts as 0.95 at
   * most. Log-odds are whole millionths; logarithm and exponential are those of {@link StrictMath}.
   */
  POSTERIOR {
    @Override
    int[] shares(long[] trust, long[] evidence) {
      long most = Long.MIN_VALUE;
      for (long e : evidence) {
        most = Math.max(most, e);
      }
      long[] odds = new long[evidence.length];
      for (int v = 0; v < evidence.length; v++) {
        odds[v] = (long) (StrictMath.exp((evidence[v] - most) / (double) Trust.FULL_PPM) * SCALE);
      }
      return Cuts.of(odds);
    }
  };

  private static final double SCALE = 1e9;
  private static final int MOST_KNOWN_PPM = 950_000;

  /** Returns the belief that {@code votes} on a pair add up to, in whichever order they come. */
  public Consensus pair(Collection<Believed<PairVerdict>> votes) {
    long[] trust = new long[PairVerdict.values().length];
    long[] evidence = new long[trust.length];
    for (Believed<PairVerdict> vote : votes) {
      add(trust, evidence, place(vote.verdict()), vote);
    }
    long total = trust[0] + trust[1] + trust[2];
    if (total == 0) {
      return Consensus.NONE;
    }
    int[] shares = shares(trust, evidence);
    return new Consensus(shares[0], shares[1], (int) Math.min(Trust.FULL_PPM, total));
  }

  /** Returns the belief that thumbs up ({@code true}) and down add up to, in whichever order. */
  public Desirability thumbs(Collection<Believed<Boolean>> votes) {
    long[] trust = new long[2];
    long[] evidence = new long[2];
    for (Believed<Boolean> vote : votes) {
      add(trust, evidence, vote.verdict() ? 0 : 1, vote);
    }
    long total = trust[0] + trust[1];
    return total == 0
        ? Desirability.NONE
        : new Desirability(shares(trust, evidence)[0], (int) Math.min(Trust.FULL_PPM, total));
  }

  /** The parts, in ppm, of sums of trust and of log-odds by verdict. */
  abstract int[] shares(long[] trust, long[] evidence);

  /** The line is cut in the order a, tie, b, as {@link Consensus#of} does. */
  private static int place(PairVerdict verdict) {
    return switch (verdict) {
      case A_BETTER -> 0;
      case TIE -> 1;
      case B_BETTER -> 2;
    };
  }

  private static void add(long[] trust, long[] evidence, int verdict, Believed<?> vote) {
    double k = (double) Math.min(vote.knownPpm(), MOST_KNOWN_PPM) / Trust.FULL_PPM;
    double logOdds = StrictMath.log(1 + trust.length * k / (1 - k));
    trust[verdict] += vote.trustPpm();
    evidence[verdict] += (long) (logOdds * vote.trustPpm());
  }
}
