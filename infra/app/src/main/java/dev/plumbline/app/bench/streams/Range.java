/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What repeated measurements of one thing came to. */
record Range(double median, double least, double greatest) {

  static Range of(Collection<Double> measured) {
    if (measured.isEmpty()) {
      throw new IllegalArgumentException("a range needs one measurement at least");
    }
    List<Double> sorted = measured.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Range(median, sorted.getFirst(), sorted.getLast());
  }

  /** Returns the median, with least and greatest in brackets. */
  String text(String numberFormat) {
    return String.format(
        Locale.ROOT,
        "%1$s (%2$s to %3$s)".replaceAll("%\\d\\$s", numberFormat),
        median,
        least,
        greatest);
  }
}
