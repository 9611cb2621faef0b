/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Split;
import dev.plumbline.events.TrainingExample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest held-out examples of a feed: what versions are scored on and never learn from. Those
 * are pairs where the feed has any, so that lanes of all objectives compare, else examples of the
 * lane's own kind.
 *
 * <p>It is a function of the offsets from {@link #oldest} on: whatever has left the window stood
 * before everything that is still in it, so reading again from there gives the same window.
 */
final class HeldOutWindow {
  private record Placed(long offset, TrainingExample example) {}

  private final Curriculum curriculum;
  private final int size;
  private final Map<String, Placed> pairs = new LinkedHashMap<>();
  private final Map<String, Placed> others = new LinkedHashMap<>();

  HeldOutWindow(Curriculum curriculum, int size) {
    this.curriculum = curriculum;
    this.size = size;
  }

  /** Takes the next record of the feed; what is learned from is passed over. */
  void add(long offset, ExampleRecord record) {
    if (!(record instanceof TrainingExample example) || example.split() != Split.HELD_OUT) {
      return;
    }
    Map<String, Placed> newest = example instanceof PreferencePair ? pairs : others;
    // A later revision moves to the end of the window.
    newest.remove(example.exampleId());
    if (!example.evidence().isWithdrawn() && curriculum.scores(example)) {
      newest.put(example.exampleId(), new Placed(offset, example));
    }
    if (newest.size() > size) {
      newest.remove(newest.keySet().iterator().next());
    }
  }

  /** The examples, oldest first. */
  List<TrainingExample> examples() {
    Map<String, Placed> newest = pairs.isEmpty() ? others : pairs;
    return newest.values().stream().map(Placed::example).toList();
  }

  /** Offset of the oldest example in the window; {@code end} when there is none. */
  long oldest(long end) {
    return Math.min(oldest(pairs, end), oldest(others, end));
  }

  private static long oldest(Map<String, Placed> newest, long end) {
    return newest.isEmpty() ? end : newest.values().iterator().next().offset;
  }
}
