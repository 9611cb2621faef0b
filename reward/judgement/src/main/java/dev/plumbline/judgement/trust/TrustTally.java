/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.SortedMap;
import java.util.TreeMap;

/** Adds up counts in place. One owner, one thread. */
public final class TrustTally {
  private final SortedMap<String, AnnotatorCounts> annotators = new TreeMap<>();
  private final SortedMap<Overlap, Long> overlaps = new TreeMap<>();

  /** Starts with nothing. */
  public TrustTally() {}

  /** Adds {@code counts}, of one answer or of many. */
  public void add(TrustCounts counts) {
    counts.annotators().forEach((id, added) -> annotators.merge(id, added, AnnotatorCounts::plus));
    counts.overlaps().forEach((overlap, added) -> overlaps.merge(overlap, added, Long::sum));
  }

  /** Returns what was added so far. */
  public TrustCounts counts() {
    return new TrustCounts(annotators, overlaps);
  }
}
