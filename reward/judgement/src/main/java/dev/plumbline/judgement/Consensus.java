/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/**
 * The belief about two candidates a and b that several votes add up to.
 *
 * @param probABetterPpm P(a better), parts per million
 * @param probTiePpm P(tie), parts per million; P(b better) is what remains
 * @param weightPpm how much the belief counts, parts per million: the trust of all votes, but no
 *     more than that of one that counts fully
 */
public record Consensus(int probABetterPpm, int probTiePpm, int weightPpm) {
  /** The consensus of no votes: no belief, without weight. */
  public static final Consensus NONE = new Consensus(0, 0, 0);

  /**
   * Returns the share of trust behind each verdict.
   *
   * <p>The line from 0 to a million is cut at floor(a) and floor(a + tie), in ppm of the total: the
   * three parts add up exactly, each is within 1 ppm of its share, and a verdict without votes gets
   * exactly 0. Two votes for a, one tie: 666666, 333334, and 0 for b.
   */
  public static Consensus of(PairTally tally) {
    long total = tally.totalPpm();
    if (total == 0) {
      return NONE;
    }
    int cutA = Trust.shareOf(tally.aBetterPpm(), total);
    int cutTie = Trust.shareOf(tally.aBetterPpm() + tally.tiePpm(), total);
    return new Consensus(cutA, cutTie - cutA, Trust.weightOf(total));
  }
}
