/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.events.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Logs in memory, to be written like those of a cluster and, unlike those, to be altered. */
public final class MemoryLogs implements Logs {
  private final Map<TopicPartition, List<LogRecord>> logs = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final Map<String, Cut> committed = new HashMap<>();

  /** Appends a record, and returns it. */
  public LogRecord append(
      String topic, int partition, long timestampMillis, byte @Nullable [] key, byte[] value) {
    var log = new TopicPartition(topic, partition);
    long offset = ends.merge(log, 1L, Long::sum) - 1;
    @Nullable Bytes keyBytes = key == null ? null : Bytes.of(key);
    var record =
        new LogRecord(topic, partition, offset, timestampMillis, keyBytes, Bytes.of(value));
    records(topic, partition).add(record);
    return record;
  }

  /** Leaves offsets without records, as markers and aborted transactions do. */
  public void skip(String topic, int partition, int offsets) {
    ends.merge(new TopicPartition(topic, partition), (long) offsets, Long::sum);
  }

  /** Returns the records of a log, which may be changed. */
  public List<LogRecord> records(String topic, int partition) {
    return logs.computeIfAbsent(new TopicPartition(topic, partition), fresh -> new ArrayList<>());
  }

  /** Returns the logs of a topic. */
  public List<TopicPartition> partitions(String topic) {
    return ends.keySet().stream().filter(log -> log.topic().equals(topic)).toList();
  }

  /** Says that a group has read logs up to a cut. */
  public void commit(String groupId, Cut cut) {
    committed.put(groupId, cut);
  }

  @Override
  public Set<String> topics() {
    return ends.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
  }

  @Override
  public Cut ends(Collection<String> topics) {
    Map<TopicPartition, Long> found = new HashMap<>(ends);
    found.keySet().removeIf(log -> !topics.contains(log.topic()));
    return new Cut(found);
  }

  @Override
  public Cut committed(String groupId) {
    return committed.getOrDefault(groupId, Cut.START);
  }

  @Override
  public Optional<String> topicId(String topic) {
    return partitions(topic).isEmpty() ? Optional.empty() : Optional.of("id-of-" + topic);
  }

  @Override
  public void read(List<String> topics, Cut from, Cut to, Consumer<LogRecord> sink) {
    List<TopicPartition> read = topics.stream().flatMap(name -> partitions(name).stream()).toList();
    var merge = new LogMerge(topics, read, sink);
    for (TopicPartition log : read) {
      records(log.topic(), log.partition()).stream()
          .filter(record -> record.offset() >= from.end(log) && record.offset() < to.end(log))
          .forEach(merge::add);
      merge.end(log);
    }
    merge.drain();
  }
}
