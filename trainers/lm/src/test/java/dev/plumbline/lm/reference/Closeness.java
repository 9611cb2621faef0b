/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Arrays compared as a whole: element by element, relative to the largest of those expected. */
final class Closeness {
  private Closeness() {}

  static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 1;
    int furthest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      // Not-a-number is further away than anything.
      if (!(distance(actual, expected, i) <= distance(actual, expected, furthest))) {
        furthest = i;
      }
    }
    assertThat(actual[furthest])
        .as("%s[%d]", what, furthest)
        .isCloseTo(expected[furthest], within(tolerance * largest));
  }

  private static double distance(double[] actual, double[] expected, int i) {
    return Math.abs(actual[i] - expected[i]);
  }
}
