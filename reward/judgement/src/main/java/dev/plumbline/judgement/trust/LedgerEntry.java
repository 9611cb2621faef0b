/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

/**
 * How one annotator answered so far, in {@link TrustLedger#UNIT}s: a vote of the newest epochs is
 * {@code UNIT}, one of a half-life ago half of it.
 *
 * @param votes as in {@link AnnotatorCounts}
 * @param placed as in {@link AnnotatorCounts}
 * @param shownFirst as in {@link AnnotatorCounts}
 * @param measured as in {@link AnnotatorCounts}
 * @param longer as in {@link AnnotatorCounts}
 * @param followed as in {@link AnnotatorCounts}
 * @param repeated as in {@link AnnotatorCounts}
 * @param goldRight as in {@link AnnotatorCounts}
 * @param goldWrong as in {@link AnnotatorCounts}
 * @param hurried votes in a sixtieth of an epoch that had at least {@link TrustPolicy#burstVotes}
 */
public record LedgerEntry(
    long votes,
    long placed,
    long shownFirst,
    long measured,
    long longer,
    long followed,
    long repeated,
    long goldRight,
    long goldWrong,
    long hurried) {
  static final LedgerEntry NONE = new LedgerEntry(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  static LedgerEntry of(AnnotatorCounts counts, TrustPolicy policy) {
    long hurried =
        counts.votesBySixtieth().values().stream()
            .mapToLong(Long::longValue)
            .filter(n -> n >= policy.burstVotes())
            .sum();
    long unit = TrustLedger.UNIT;
    return new LedgerEntry(
        unit * counts.votes(),
        unit * counts.placed(),
        unit * counts.shownFirst(),
        unit * counts.measured(),
        unit * counts.longer(),
        unit * counts.followed(),
        unit * counts.repeated(),
        unit * counts.goldRight(),
        unit * counts.goldWrong(),
        unit * hurried);
  }

  LedgerEntry plus(LedgerEntry other) {
    return new LedgerEntry(
        votes + other.votes,
        placed + other.placed,
        shownFirst + other.shownFirst,
        measured + other.measured,
        longer + other.longer,
        followed + other.followed,
        repeated + other.repeated,
        goldRight + other.goldRight,
        goldWrong + other.goldWrong,
        hurried + other.hurried);
  }

  /** Returns what is left after so many half-lives, rounded down. */
  LedgerEntry halved(int times) {
    return new LedgerEntry(
        votes >> times,
        placed >> times,
        shownFirst >> times,
        measured >> times,
        longer >> times,
        followed >> times,
        repeated >> times,
        goldRight >> times,
        goldWrong >> times,
        hurried >> times);
  }
}
