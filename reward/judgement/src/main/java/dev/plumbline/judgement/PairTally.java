/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/**
 * The trust of the votes for each verdict on a pair, summed up. Addition commutes, so a tally
 * depends on the set of votes alone. Exact up to nine million fully trusted votes.
 *
 * @param aBetterPpm summed trust of the votes for a
 * @param bBetterPpm summed trust of the votes for b
 * @param tiePpm summed trust of the votes that hold both equal
 */
public record PairTally(long aBetterPpm, long bBetterPpm, long tiePpm) {
  /** No votes. */
  public static final PairTally EMPTY = new PairTally(0, 0, 0);

  public PairTally {
    if (aBetterPpm < 0 || bBetterPpm < 0 || tiePpm < 0) {
      throw new IllegalArgumentException(
          "summed trust must be at least 0, but was %d (a), %d (b), %d (tie)"
              .formatted(aBetterPpm, bBetterPpm, tiePpm));
    }
  }

  /** Returns this tally with one more vote of the given trust, 0 to {@link Trust#FULL_PPM}. */
  public PairTally plus(PairVerdict verdict, int trustPpm) {
    int trust = Trust.requirePpm(trustPpm);
    return switch (verdict) {
      case A_BETTER -> new PairTally(aBetterPpm + trust, bBetterPpm, tiePpm);
      case B_BETTER -> new PairTally(aBetterPpm, bBetterPpm + trust, tiePpm);
      case TIE -> new PairTally(aBetterPpm, bBetterPpm, tiePpm + trust);
    };
  }

  /** Returns the trust of all votes. */
  public long totalPpm() {
    return aBetterPpm + bBetterPpm + tiePpm;
  }
}
