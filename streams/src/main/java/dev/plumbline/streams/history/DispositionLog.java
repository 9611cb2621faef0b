/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.history;

import dev.plumbline.streams.Disposition;
import dev.plumbline.streams.Dispositions;
import dev.plumbline.streams.EventIdentity;
import dev.plumbline.streams.replay.ExampleReplay.DispositionSink;
import dev.plumbline.streams.replay.LogRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What streams remember of every event: the last record of each key of their changelog. */
final class DispositionLog {
  private final Map<Integer, Map<EventIdentity, Disposition>> partitions = new TreeMap<>();

  void take(LogRecord record) {
    Dispositions.identity(record.key().toArray()).ifPresent(identity -> take(identity, record));
  }

  private void take(EventIdentity identity, LogRecord record) {
    Map<EventIdentity, Disposition> known =
        partitions.computeIfAbsent(record.partition(), fresh -> new HashMap<>());
    if (record.value().length() == 0) {
      known.remove(identity);
    } else {
      known.put(identity, Dispositions.disposition(record.value().toArray()));
    }
  }

  @Nullable Disposition find(int partition, EventIdentity identity) {
    return partitions.getOrDefault(partition, Map.of()).get(identity);
  }

  void forEach(DispositionSink sink) {
    partitions.forEach(
        (partition, known) ->
            known.forEach(
                (identity, disposition) -> sink.accept(partition, identity, disposition)));
  }
}
