/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All that was measured, repetition by repetition. */
final class Measurements {
  private final Map<Variant, List<StageRun.Speed>> speeds = new LinkedHashMap<>();
  private final Map<Variant, List<Delay>> delays = new HashMap<>();
  private final List<Restoring> restorings = new ArrayList<>();

  /** Milliseconds from a completing vote's acknowledgement to its example, of one repetition. */
  record Delay(double median, double ninetyNinth, double longest) {
    static Delay of(double[] sorted) {
      return new Delay(
          sorted[sorted.length / 2], sorted[sorted.length * 99 / 100], sorted[sorted.length - 1]);
    }
  }

  /**
   * Rebuilding all stores from their changelogs.
   *
   * @param seconds from the first store that begins to the last that is done
   * @param records read back
   * @param changelogBytes of all changelogs on the broker's disk
   * @param items that the stores know
   */
  record Restoring(double seconds, long records, long changelogBytes, int items) {
    double bytesPerItem() {
      return (double) changelogBytes / items;
    }
  }

  void add(Variant variant, StageRun.Speed speed) {
    speeds.computeIfAbsent(variant, key -> new ArrayList<>()).add(speed);
  }

  void add(Variant variant, Delay delay) {
    delays.computeIfAbsent(variant, key -> new ArrayList<>()).add(delay);
  }

  void add(Restoring restoring) {
    restorings.add(restoring);
  }

  Range speed(Variant variant, ToDoubleFunction<StageRun.Speed> number) {
    return Range.of(speeds.get(variant).stream().map(number::applyAsDouble).toList());
  }

  /** The speed of one variant over that of another in the same repetition. */
  Range ratio(Variant variant, Variant over) {
    List<StageRun.Speed> above = speeds.get(variant);
    List<StageRun.Speed> below = speeds.get(over);
    List<Double> ratios = new ArrayList<>();
    for (int repetition = 0; repetition < above.size(); repetition++) {
      ratios.add(above.get(repetition).votesPerSecond() / below.get(repetition).votesPerSecond());
    }
    return Range.of(ratios);
  }

  Range delay(Variant variant, ToDoubleFunction<Delay> number) {
    return Range.of(delays.get(variant).stream().map(number::applyAsDouble).toList());
  }

  Range restoring(ToDoubleFunction<Restoring> number) {
    return Range.of(restorings.stream().map(number::applyAsDouble).toList());
  }
}
