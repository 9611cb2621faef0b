/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one annotator answered. Addition commutes.
 *
 * @param votes answers that count: an annotator's first on a question
 * @param placed those that preferred one of two candidates shown in a known order
 * @param shownFirst those of {@code placed} that preferred the one shown first
 * @param measured those that preferred one of two texts of known and different length
 * @param longer those of {@code measured} that preferred the longer one
 * @param followed those given after somebody else had answered the question
 * @param repeated those of {@code followed} that said the same as who spoke last
 * @param goldRight answers to gold questions that were right
 * @param goldWrong answers to gold questions that were wrong
 * @param votesBySixtieth answers in each sixtieth of the epoch (0 to 59) that has any; empty where
 *     the annotator's pace says nothing, as a program's
 */
public record AnnotatorCounts(
    long votes,
    long placed,
    long shownFirst,
    long measured,
    long longer,
    long followed,
    long repeated,
    long goldRight,
    long goldWrong,
    SortedMap<Integer, Long> votesBySixtieth) {
  /** No answers. */
  public static final AnnotatorCounts NONE =
      new AnnotatorCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, Collections.emptySortedMap());

  public AnnotatorCounts {
    votesBySixtieth = Collections.unmodifiableSortedMap(new TreeMap<>(votesBySixtieth));
  }

  /** Returns the counts of both. */
  public AnnotatorCounts plus(AnnotatorCounts other) {
    SortedMap<Integer, Long> bySixtieth = new TreeMap<>(votesBySixtieth);
    other.votesBySixtieth.forEach((sixtieth, n) -> bySixtieth.merge(sixtieth, n, Long::sum));
    return new AnnotatorCounts(
        votes + other.votes,
        placed + other.placed,
        shownFirst + other.shownFirst,
        measured + other.measured,
        longer + other.longer,
        followed + other.followed,
        repeated + other.repeated,
        goldRight + other.goldRight,
        goldWrong + other.goldWrong,
        bySixtieth);
  }
}
