/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement;

/** How much one vote counts, as an integer, so that sums do not depend on their order. */
public final class Trust {
  /** The trust of a vote that counts fully: a million parts per million. */
  public static final int FULL_PPM = 1_000_000;

  private Trust() {}

  static int requirePpm(int trustPpm) {
    if (trustPpm < 0 || trustPpm > FULL_PPM) {
      throw new IllegalArgumentException(
          "trust must lie in 0 to 1000000 parts per million, but was " + trustPpm);
    }
    return trustPpm;
  }

  /** Returns the part of {@code total} that {@code sum} makes up, in ppm, rounded down. */
  static int shareOf(long sum, long total) {
    return Math.toIntExact(Math.multiplyExact(sum, (long) FULL_PPM) / total);
  }

  /** Returns what votes of so much trust together weigh: at most as much as one full vote. */
  static int weightOf(long totalPpm) {
    return (int) Math.min(FULL_PPM, totalPpm);
  }
}
