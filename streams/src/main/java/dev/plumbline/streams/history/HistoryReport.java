/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.streams.replay.Cut;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a check of the history found.
 *
 * @param findings broken promises; empty where all hold. At most {@link #MOST_FINDINGS} are listed
 * @param broken how many there are in all
 * @param counts what was looked at, by name: events, examples, versions and what became of them
 * @param viewHash hash of the final view of examples that the sources give
 * @param tainted versions that learned from what was taken back
 * @param upTo how far the topics were read
 */
public record HistoryReport(
    List<Finding> findings,
    long broken,
    SortedMap<String, Long> counts,
    String viewHash,
    List<Tainted> tainted,
    Cut upTo) {
  /** A history that is broken throughout says little more with every further finding. */
  public static final int MOST_FINDINGS = 1_000;

  public HistoryReport {
    findings = List.copyOf(findings);
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    tainted = List.copyOf(tainted);
  }

  /** Returns whether every promise holds. */
  public boolean holds() {
    return broken == 0;
  }
}
