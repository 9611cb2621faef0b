/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is counted in one epoch: how each annotator answered, and how often each pair of annotators
 * gave each pair of verdicts, by who spoke first. Addition commutes and associates, so counts of
 * partitions, or of pieces of them, can be added in any order.
 *
 * @param annotators by annotator id
 * @param overlaps how often each was seen
 */
public record TrustCounts(
    SortedMap<String, AnnotatorCounts> annotators, SortedMap<Overlap, Long> overlaps) {
  /** Nothing was said. */
  public static final TrustCounts NONE =
      new TrustCounts(Collections.emptySortedMap(), Collections.emptySortedMap());

  public TrustCounts {
    annotators = Collections.unmodifiableSortedMap(new TreeMap<>(annotators));
    overlaps = Collections.unmodifiableSortedMap(new TreeMap<>(overlaps));
  }

  /**
   * Returns the counts of one answer.
   *
   * @param alphabet of the question
   * @param vote the annotator's first answer to it
   * @param before what others had said, in the order in which they spoke; what the same annotator
   *     said is left out
   */
  public static TrustCounts of(Alphabet alphabet, CountedVote vote, List<StandingVote> before) {
    alphabet.require(vote.verdict());
    SortedMap<Overlap, Long> overlaps = new TreeMap<>();
    List<StandingVote> others =
        before.stream().filter(other -> !other.annotator().equals(vote.annotator())).toList();
    for (StandingVote other : others) {
      Overlap overlap =
          new Overlap(
              alphabet.name(),
              other.annotator(),
              vote.annotator(),
              alphabet.require(other.verdict()),
              vote.verdict());
      overlaps.merge(overlap, 1L, Long::sum);
    }
    SortedMap<Integer, Long> bySixtieth = new TreeMap<>();
    if (vote.sixtieth() != null) {
      bySixtieth.put(vote.sixtieth(), 1L);
    }
    AnnotatorCounts own =
        new AnnotatorCounts(
            1,
            vote.place() == null ? 0 : 1,
            vote.place() == CountedVote.Place.FIRST ? 1 : 0,
            vote.length() == null ? 0 : 1,
            vote.length() == CountedVote.Length.LONGER ? 1 : 0,
            others.isEmpty() ? 0 : 1,
            !others.isEmpty() && others.getLast().verdict() == vote.verdict() ? 1 : 0,
            0,
            0,
            bySixtieth);
    SortedMap<String, AnnotatorCounts> annotators = new TreeMap<>();
    annotators.put(vote.annotator(), own);
    return new TrustCounts(annotators, overlaps);
  }

  /** Returns the counts of one answer to a gold question, whose right answer is known. */
  public static TrustCounts gold(String annotator, GoldAnswer answer) {
    SortedMap<String, AnnotatorCounts> annotators = new TreeMap<>();
    annotators.put(
        annotator,
        switch (answer) {
          case RIGHT ->
              new AnnotatorCounts(0, 0, 0, 0, 0, 0, 0, 1, 0, Collections.emptySortedMap());
          case WRONG ->
              new AnnotatorCounts(0, 0, 0, 0, 0, 0, 0, 0, 1, Collections.emptySortedMap());
        });
    return new TrustCounts(annotators, Collections.emptySortedMap());
  }

  /** Returns the counts of both. */
  public TrustCounts plus(TrustCounts other) {
    SortedMap<String, AnnotatorCounts> sums = new TreeMap<>(annotators);
    other.annotators.forEach((id, counts) -> sums.merge(id, counts, AnnotatorCounts::plus));
    SortedMap<Overlap, Long> both = new TreeMap<>(overlaps);
    other.overlaps.forEach((overlap, n) -> both.merge(overlap, n, Long::sum));
    return new TrustCounts(sums, both);
  }

  /**
   * Returns counts that add up to these, none of more than so many annotators and overlaps; nothing
   * of no counts.
   */
  public List<TrustCounts> pieces(int most) {
    List<TrustCounts> pieces = new ArrayList<>();
    SortedMap<String, AnnotatorCounts> someAnnotators = new TreeMap<>();
    SortedMap<Overlap, Long> someOverlaps = new TreeMap<>();
    Runnable cut =
        () -> {
          pieces.add(new TrustCounts(someAnnotators, someOverlaps));
          someAnnotators.clear();
          someOverlaps.clear();
        };
    annotators.forEach(
        (id, counts) -> {
          someAnnotators.put(id, counts);
          if (someAnnotators.size() == most) {
            cut.run();
          }
        });
    overlaps.forEach(
        (overlap, n) -> {
          someOverlaps.put(overlap, n);
          if (someAnnotators.size() + someOverlaps.size() == most) {
            cut.run();
          }
        });
    if (!someAnnotators.isEmpty() || !someOverlaps.isEmpty()) {
      cut.run();
    }
    return pieces;
  }

  /** Whether an answer to a gold question was right. */
  public enum GoldAnswer {
    /** As known. */
    RIGHT,
    /** Not as known. */
    WRONG
  }
}
