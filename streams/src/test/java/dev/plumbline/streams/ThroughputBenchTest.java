/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.Completion;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Processor time of reading, deciding and encoding state, on stores in memory: what this module
 * adds to the cost of RocksDB and of the broker.
 */
@Tag("bench")
class ThroughputBenchTest {
  private static final int ITEMS = 20_000;
  private static final Text TEXT = Text.plain("word ".repeat(80));
  private final List<Origin> records = new ArrayList<>();
  private int emitted;

  @Test
  void shouldTellRecordsPerSecondOfProcessorTime() {
    for (int i = 0; i < 2 * ITEMS; i++) {
      String item = "item-" + i;
      add(Topics.PROMPTS, item, new Prompt(item, "assistant", TEXT, 400, "test", Fixtures.START));
      add(Topics.COMPLETIONS, item, completion(item, "a"));
      add(Topics.COMPLETIONS, item, completion(item, "b"));
      add(Topics.FEEDBACK, item, Fixtures.vote(item, "e1", "ann", Answer.A, i));
      add(Topics.FEEDBACK, item, Fixtures.vote(item, "e2", "bob", Answer.A, i));
    }
    var state = new StoredState(name -> Stores.inMemoryKeyValueStore(name).get());
    var partition =
        new ItemPartition(
            Fixtures.SETTINGS,
            Fixtures.LAYOUT,
            state,
            output -> {
              if (output instanceof Effect.Emit) {
                emitted++;
              }
            });
    int half = records.size() / 2;
    records.subList(0, half).forEach(partition::take);

    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    records.subList(half, records.size()).forEach(partition::take);
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;

    System.out.printf(
        "%d records, %.0f per second of processor time%n",
        half, half * 1e9 / Duration.ofNanos(nanos).toNanos());
    assertThat(emitted).isEqualTo(2 * ITEMS);
  }

  private <V> void add(Topic<String, ? super V> topic, String item, V value) {
    records.add(
        new Origin(
            topic.name(),
            0,
            records.size(),
            Bytes.of(item.getBytes(UTF_8)),
            Bytes.of(topic.value().encode(value))));
  }

  private static Completion completion(String item, String id) {
    return new Completion(
        id, item, TEXT, 400, null, 0, List.of(), List.of(), "test", Fixtures.START);
  }
}
