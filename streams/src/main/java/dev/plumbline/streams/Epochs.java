/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.time.Duration;
import java.time.Instant;

/**
 * Accepted time, cut into epochs that are numbered from the beginning of 1970.
 *
 * @param length of every epoch
 */
record Epochs(Duration length) {
  private static final int SIXTIETHS = 60;

  /** Returns the number of the epoch that {@code time} lies in. */
  long of(Instant time) {
    return Math.floorDiv(time.toEpochMilli(), length.toMillis());
  }

  /** Returns the first instant after an epoch. */
  Instant endOf(long epoch) {
    return Instant.ofEpochMilli(Math.multiplyExact(epoch + 1, length.toMillis()));
  }

  /** Returns the sixtieth of {@code epoch}, 0 to 59, that lies nearest to {@code time}. */
  int sixtieth(Instant time, long epoch) {
    long passed = time.toEpochMilli() - endOf(epoch - 1).toEpochMilli();
    return Math.clamp(passed * SIXTIETHS / length.toMillis(), 0, SIXTIETHS - 1);
  }
}
