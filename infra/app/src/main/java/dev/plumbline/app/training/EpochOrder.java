/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.training;

import java.util.SplittableRandom;

/**
 * In which order the examples of an epoch are learned from: every order is equally likely, and each
 * is a function of seed, epoch and number of examples alone.
 */
public record EpochOrder(long seed) {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /**
   * Indices of examples, in order (Fisher and Yates).
   *
   * @param epoch counted from 0
   * @param examples how many there are
   */
  public int[] of(long epoch, int examples) {
    SplittableRandom random = new SplittableRandom(seed + GOLDEN_GAMMA * (epoch + 1)).split();
    int[] order = new int[examples];
    for (int i = 0; i < examples; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
