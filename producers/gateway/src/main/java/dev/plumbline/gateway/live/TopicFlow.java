/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway.live;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Counts the records of one topic, whole and by second. Owned by {@link LiveView}. */
final class TopicFlow {
  /** How many seconds are kept. */
  static final int SECONDS = 60;

  /** Seconds over which a rate is taken. */
  static final int RATE_SECONDS = 10;

  /**
   * What flowed through a topic.
   *
   * @param topic its name
   * @param count records seen
   * @param perSecond records per second over the last {@link #RATE_SECONDS} full seconds
   * @param bySecond records in each of the last {@link #SECONDS} full seconds, oldest first
   */
  record Flow(String topic, long count, double perSecond, List<Integer> bySecond) {}

  private final String topic;
  private final int[] counts = new int[SECONDS + 1];
  private final long[] seconds = new long[SECONDS + 1];
  private long count;

  TopicFlow(String topic) {
    this.topic = topic;
  }

  void add(Instant at) {
    count++;
    long second = at.getEpochSecond();
    int slot = Math.floorMod(second, counts.length);
    if (second > seconds[slot]) {
      seconds[slot] = second;
      counts[slot] = 0;
    }
    if (second == seconds[slot]) {
      counts[slot]++;
    }
  }

  Flow at(Instant now) {
    List<Integer> bySecond = new ArrayList<>(SECONDS);
    int recent = 0;
    for (long second = now.getEpochSecond() - SECONDS; second < now.getEpochSecond(); second++) {
      int slot = Math.floorMod(second, counts.length);
      int records = seconds[slot] == second ? counts[slot] : 0;
      bySecond.add(records);
      if (second >= now.getEpochSecond() - RATE_SECONDS) {
        recent += records;
      }
    }
    return new Flow(topic, count, recent / (double) RATE_SECONDS, bySecond);
  }
}
