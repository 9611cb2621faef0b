/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far logs go, or how far they have been read.
 *
 * @param ends the first offset that no longer belongs to it, by log; 0 for logs it doesn't name
 */
public record Cut(Map<TopicPartition, Long> ends) {
  /** Where every log begins. */
  public static final Cut START = new Cut(Map.of());

  public Cut {
    ends = Map.copyOf(ends);
  }

  /** Returns the first offset of a log that doesn't belong to it. */
  public long end(TopicPartition log) {
    return ends.getOrDefault(log, 0L);
  }
}
