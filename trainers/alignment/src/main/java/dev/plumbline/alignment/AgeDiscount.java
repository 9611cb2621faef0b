/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import java.time.Duration;

/** What an old example still counts, by the time between its acceptance and the newest one. */
public sealed interface AgeDiscount {
  /**
   * The factor on an example's weight; in (0, 1].
   *
   * @param age the feed's clock less the example's accepted time; a negative one counts as 0
   */
  double factor(Duration age);

  /** Old examples count as new ones. */
  record None() implements AgeDiscount {
    @Override
    public double factor(Duration age) {
      return 1;
    }
  }

  /**
   * An example counts half after each half-life: 2^(-age / halfLife).
   *
   * @param halfLife positive
   */
  record HalfLife(Duration halfLife) implements AgeDiscount {
    public HalfLife {
      if (halfLife.isNegative() || halfLife.isZero()) {
        throw new IllegalArgumentException("half_life must be positive, but was " + halfLife);
      }
    }

    @Override
    public double factor(Duration age) {
      double halvings = age.isNegative() ? 0 : (double) age.toMillis() / halfLife.toMillis();
      return Math.pow(0.5, halvings);
    }
  }
}
