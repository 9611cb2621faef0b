/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.kafka.TopicLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The trust task of partitions in memory: hears what they report, and tells all of them whom to
 * believe. Used by one thread.
 */
public final class MemoryTrust {
  private final TrustTask task;
  private final List<MemoryPartition> partitions = new ArrayList<>();
  private final Deque<TrustNews> untold = new ArrayDeque<>();

  public MemoryTrust(StreamsSettings settings, TopicLayout layout) {
    task =
        new TrustTask(
            settings.trust(),
            layout.itemPartitions(),
            new MemoryStore(TrustTask.STORE),
            output -> {
              if (output instanceof TrustOutput.Tell(TrustNews news)) {
                untold.add(news);
              }
            });
  }

  void join(MemoryPartition partition) {
    partitions.add(partition);
  }

  void hear(EpochReport report) {
    task.take(report);
  }

  void tell() {
    while (!untold.isEmpty()) {
      TrustNews news = untold.remove();
      partitions.forEach(partition -> partition.learn(news));
    }
  }
}
