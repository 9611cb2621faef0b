/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Merges logs that arrive piece by piece into the one order of {@link Logs#read}. A record is
 * handed on as soon as every log has shown its next one, or has ended. Used by one thread.
 */
final class LogMerge {
  private final Map<TopicPartition, Deque<LogRecord>> waiting = new HashMap<>();
  private final Set<TopicPartition> starving;
  private final Set<TopicPartition> ended = new HashSet<>();
  private final PriorityQueue<LogRecord> heads;
  private final Consumer<LogRecord> sink;

  /**
   * @param topics in the order of equal record times
   * @param logs all logs that will be read
   */
  LogMerge(List<String> topics, Collection<TopicPartition> logs, Consumer<LogRecord> sink) {
    this.starving = new HashSet<>(logs);
    this.sink = sink;
    this.heads =
        new PriorityQueue<>(
            Comparator.comparingLong(LogRecord::timestampMillis)
                .thenComparingInt(record -> topics.indexOf(record.topic()))
                .thenComparingInt(LogRecord::partition));
    logs.forEach(log -> waiting.put(log, new ArrayDeque<>()));
  }

  /** Takes the next record of its log. */
  void add(LogRecord record) {
    if (starving.remove(record.log())) {
      heads.add(record);
    } else {
      waiting.get(record.log()).add(record);
    }
  }

  /** Says that nothing more will come of a log. */
  void end(TopicPartition log) {
    ended.add(log);
    starving.remove(log);
  }

  /** Hands on what can be. */
  void drain() {
    while (starving.isEmpty() && !heads.isEmpty()) {
      LogRecord next = heads.remove();
      sink.accept(next);
      LogRecord follower = waiting.get(next.log()).poll();
      if (follower != null) {
        heads.add(follower);
      } else if (!ended.contains(next.log())) {
        starving.add(next.log());
      }
    }
  }

  /** Returns the logs that hold so many records back that no more of them are needed now. */
  List<TopicPartition> fed(int enough) {
    List<TopicPartition> fed = new ArrayList<>();
    waiting.forEach(
        (log, records) -> {
          if (records.size() >= enough) {
            fed.add(log);
          }
        });
    return fed;
  }
}
