/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts of all epochs so far, older ones fading: whenever an epoch number divisible by {@link
 * TrustPolicy#halfLifeEpochs} begins, what was counted before it halves. What fades to nothing is
 * forgotten. A function of the epochs' counts alone; numbers are integers in {@link #UNIT}s.
 *
 * @param epoch the last epoch that was closed; -1 before the first
 * @param annotators by annotator id
 * @param overlaps how often each was seen
 */
public record TrustLedger(
    long epoch, SortedMap<String, LedgerEntry> annotators, SortedMap<Overlap, Long> overlaps) {
  /** One thing counted, before it fades. */
  public static final int UNIT = 1024;

  /** Nothing was counted yet. */
  public static final TrustLedger EMPTY =
      new TrustLedger(-1, Collections.emptySortedMap(), Collections.emptySortedMap());

  private static final int ALL_FADED = 62;

  public TrustLedger {
    annotators = Collections.unmodifiableSortedMap(new TreeMap<>(annotators));
    overlaps = Collections.unmodifiableSortedMap(new TreeMap<>(overlaps));
  }

  /**
   * Returns this ledger after {@code closed}, an epoch later than the last one.
   *
   * @param counts of all votes of that epoch
   */
  public TrustLedger close(long closed, TrustCounts counts, TrustPolicy policy) {
    if (closed <= epoch) {
      throw new IllegalArgumentException(
          "epochs must be closed in ascending order, but %d came after %d"
              .formatted(closed, epoch));
    }
    int halvings = halvings(closed, policy);
    SortedMap<String, LedgerEntry> entries = new TreeMap<>();
    annotators.forEach((id, entry) -> entries.put(id, entry.halved(halvings)));
    counts
        .annotators()
        .forEach((id, n) -> entries.merge(id, LedgerEntry.of(n, policy), LedgerEntry::plus));
    entries.values().removeIf(LedgerEntry.NONE::equals);
    SortedMap<Overlap, Long> sums = new TreeMap<>();
    overlaps.forEach((overlap, n) -> sums.put(overlap, n >> halvings));
    counts.overlaps().forEach((overlap, n) -> sums.merge(overlap, n * UNIT, Long::sum));
    sums.values().removeIf(n -> n == 0);
    return new TrustLedger(closed, entries, sums);
  }

  private int halvings(long closed, TrustPolicy policy) {
    long passed =
        Math.floorDiv(closed, (long) policy.halfLifeEpochs())
            - Math.floorDiv(epoch, (long) policy.halfLifeEpochs());
    return epoch < 0 ? 0 : (int) Math.min(passed, ALL_FADED);
  }
}
