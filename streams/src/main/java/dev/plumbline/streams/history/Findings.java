/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers what checks find and count. Used by one thread. */
final class Findings {
  private final List<Finding> listed = new ArrayList<>();
  private final SortedMap<String, Long> counts = new TreeMap<>();
  private long broken;

  void add(Promise promise, String place, Object id, String problem) {
    broken++;
    if (listed.size() < HistoryReport.MOST_FINDINGS) {
      listed.add(new Finding(promise, place, id.toString(), problem));
    }
  }

  void count(String what) {
    count(what, 1);
  }

  void count(String what, long by) {
    counts.merge(what, by, Long::sum);
  }

  List<Finding> listed() {
    return listed;
  }

  long broken() {
    return broken;
  }

  SortedMap<String, Long> counts() {
    return counts;
  }
}
