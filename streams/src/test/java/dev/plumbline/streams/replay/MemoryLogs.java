/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.events.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Logs in memory, to be written like those of a cluster and, unlike those, to be altered. */
public final class MemoryLogs implements Logs {
  private final Map<TopicPartition, List<LogRecord>> logs = new HashMap<>();
  private final Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();

  /** Appends a record, and returns where it stands. */
  public LogRecord append(
      String topic, int partition, long timestampMillis, byte @Nullable [] key, byte[] value) {
    List<LogRecord> log = log(topic, partition);
    long offset = log.isEmpty() ? 0 : log.getLast().offset() + 1;
    @Nullable Bytes keyBytes = key == null ? null : Bytes.of(key);
    var record =
        new LogRecord(topic, partition, offset, timestampMillis, keyBytes, Bytes.of(value));
    log.add(record);
    return record;
  }

  /** Returns a log, which may be changed. */
  public List<LogRecord> log(String topic, int partition) {
    return logs.computeIfAbsent(new TopicPartition(topic, partition), fresh -> new ArrayList<>());
  }

  /** Replaces what each record of a topic holds. */
  public void alter(String topic, UnaryOperator<LogRecord> change) {
    logs.forEach(
        (log, records) -> {
          if (log.topic().equals(topic)) {
            records.replaceAll(change);
          }
        });
  }

  /** Says that a group has read logs up to a cut. */
  public void commit(String groupId, Cut cut) {
    committed.put(groupId, cut.ends());
  }

  @Override
  public Cut ends(Collection<String> topics) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    logs.forEach(
        (log, records) -> {
          if (topics.contains(log.topic())) {
            ends.put(log, records.isEmpty() ? 0 : records.getLast().offset() + 1);
          }
        });
    return new Cut(ends);
  }

  @Override
  public Cut committed(String groupId) {
    return new Cut(committed.getOrDefault(groupId, Map.of()));
  }

  @Override
  public Optional<String> topicId(String topic) {
    return logs.keySet().stream().anyMatch(log -> log.topic().equals(topic))
        ? Optional.of("id-of-" + topic)
        : Optional.empty();
  }

  @Override
  public void read(List<String> topics, Cut from, Cut to, Consumer<LogRecord> sink) {
    Map<TopicPartition, List<LogRecord>> read = new HashMap<>();
    logs.forEach(
        (log, records) -> {
          if (topics.contains(log.topic())) {
            read.put(log, records);
          }
        });
    var merge = new LogMerge(topics, read.keySet(), sink);
    read.forEach(
        (log, records) -> {
          records.stream()
              .filter(record -> record.offset() >= from.end(log) && record.offset() < to.end(log))
              .forEach(merge::add);
          merge.end(log);
        });
    merge.drain();
  }
}
