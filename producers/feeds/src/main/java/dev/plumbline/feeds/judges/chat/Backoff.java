/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import java.time.Duration;

/**
 * How long to wait before asking again: doubled with each repetition up to a limit, and drawn from
 * the upper half of that, so that those who failed together do not come back together.
 *
 * @param first the longest wait before the first repetition
 * @param longest the longest wait before any
 */
record Backoff(Duration first, Duration longest) {
  private static final int MOST_DOUBLINGS = 30;

  /**
   * The wait before a repetition.
   *
   * @param repetition 0 for the first
   * @param uniform drawn from 0 (inclusive) to 1
   */
  Duration before(int repetition, double uniform) {
    Duration doubled = first.multipliedBy(1L << Math.min(repetition, MOST_DOUBLINGS));
    Duration most = doubled.compareTo(longest) < 0 ? doubled : longest;
    return Duration.ofNanos((long) (most.toNanos() * (0.5 + 0.5 * uniform)));
  }
}
