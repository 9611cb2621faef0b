/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How good a span of a text is in the belief that all marks of exactly that span add up to.
 *
 * @param startChar first character of the span
 * @param endChar first character after it
 * @param strengthPpm the mean strength of its marks, each weighted by trust, in parts per million,
 *     rounded towards zero
 */
public record SpanBelief(int startChar, int endChar, int strengthPpm) {
  private static final Comparator<Place> BY_PLACE =
      Comparator.comparingInt(Place::startChar).thenComparingInt(Place::endChar);

  /** Where a span lies. */
  private record Place(int startChar, int endChar) {}

  /** The marks of one span, summed up. Exact up to nine million fully trusted marks. */
  private record Sum(long trustPpm, long trustedStrength) {
    static Sum of(SpanMarking mark) {
      return new Sum(mark.trustPpm(), (long) mark.trustPpm() * mark.strengthPpm());
    }

    Sum plus(Sum other) {
      return new Sum(trustPpm + other.trustPpm, trustedStrength + other.trustedStrength);
    }
  }

  /**
   * Returns the belief about every marked span, by start and end, in whichever order {@code marks}
   * come. Of more than {@code limit} spans those with the most trust behind them stay, of equal
   * ones the earlier. A span that no trusted mark speaks of is left out.
   */
  public static List<SpanBelief> of(Collection<SpanMarking> marks, int limit) {
    Map<Place, Sum> sums = new TreeMap<>(BY_PLACE);
    for (SpanMarking mark : marks) {
      sums.merge(new Place(mark.startChar(), mark.endChar()), Sum.of(mark), Sum::plus);
    }
    Comparator<Map.Entry<Place, Sum>> byTrust =
        Comparator.comparingLong(entry -> -entry.getValue().trustPpm());
    return sums.entrySet().stream()
        .filter(entry -> entry.getValue().trustPpm() > 0)
        .sorted(byTrust.thenComparing(Map.Entry::getKey, BY_PLACE))
        .limit(limit)
        .sorted(Map.Entry.comparingByKey(BY_PLACE))
        .map(entry -> belief(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static SpanBelief belief(Place place, Sum sum) {
    int mean = Math.toIntExact(sum.trustedStrength() / sum.trustPpm());
    return new SpanBelief(place.startChar(), place.endChar(), mean);
  }
}
