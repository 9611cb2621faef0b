/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Split;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest held-out pairs of a feed: what versions are scored on and never learn from.
 *
 * <p>It is a function of the offsets from {@link #oldest} on: whatever has left the window stood
 * before everything that is still in it, so reading again from there gives the same window.
 */
final class HeldOutWindow {
  private record Placed(long offset, PreferencePair pair) {}

  private final int size;
  private final Map<String, Placed> newest = new LinkedHashMap<>();

  HeldOutWindow(int size) {
    this.size = size;
  }

  /** Takes the next record of the feed; all but held-out pairs are passed over. */
  void add(long offset, ExampleRecord record) {
    if (!(record instanceof PreferencePair pair) || pair.split() != Split.HELD_OUT) {
      return;
    }
    // A later revision moves to the end of the window.
    newest.remove(pair.exampleId());
    if (!pair.evidence().isWithdrawn() && SliceBuilder.isReadable(pair)) {
      newest.put(pair.exampleId(), new Placed(offset, pair));
    }
    if (newest.size() > size) {
      newest.remove(newest.keySet().iterator().next());
    }
  }

  /** The pairs, oldest first. */
  List<PreferencePair> pairs() {
    return newest.values().stream().map(Placed::pair).toList();
  }

  /** Offset of the oldest pair; {@code end} when there is none. */
  long oldest(long end) {
    return newest.isEmpty() ? end : newest.values().iterator().next().offset;
  }
}
