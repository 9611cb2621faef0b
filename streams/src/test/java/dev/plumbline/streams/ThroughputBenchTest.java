/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Bytes;
import dev.plumbline.events.Candidate;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.CompletionRef;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
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
  private static final int GROUPS = 400;
  private static final int ROLLOUTS = 8;
  private static final int TOKENS = 256;
  private static final Text TEXT = Text.plain("word ".repeat(80));
  private final List<Origin> records = new ArrayList<>();
  private int emitted;

  @Test
  void shouldTellRecordsPerSecondOfProcessorTime() {
    for (int i = 0; i < 2 * ITEMS; i++) {
      String item = "item-" + i;
      add(Topics.PROMPTS, item, prompt(item));
      add(Topics.COMPLETIONS, item, completion(item, "a", 0));
      add(Topics.COMPLETIONS, item, completion(item, "b", 0));
      add(Topics.FEEDBACK, item, Fixtures.vote(item, "e1", "ann", Answer.A, i));
      add(Topics.FEEDBACK, item, Fixtures.vote(item, "e2", "bob", Answer.A, i));
    }

    double perSecond = perSecond();

    System.out.printf("%.0f records per second of processor time%n", perSecond);
    assertThat(emitted).isEqualTo(2 * ITEMS);
  }

  @Test
  void shouldTellRolloutGroupsPerSecondOfProcessorTime() {
    List<String> ids = IntStream.range(0, ROLLOUTS).mapToObj(number -> "c" + number).toList();
    for (int i = 0; i < 2 * GROUPS; i++) {
      String item = "item-" + i;
      add(Topics.PROMPTS, item, prompt(item));
      ids.forEach(id -> add(Topics.COMPLETIONS, item, completion(item, id, TOKENS)));
      add(Topics.TASKS, item, task(item, ids));
      ids.forEach(id -> add(Topics.REWARDS, item, score(item, id)));
    }

    double perSecond = perSecond() * 2 * GROUPS / records.size();

    System.out.printf(
        "%.0f groups of %d rollouts of %d tokens per second of processor time%n",
        perSecond, ROLLOUTS, TOKENS);
    assertThat(emitted).isEqualTo(2 * GROUPS);
  }

  /** Takes all records, and returns how many of the second half per second of processor time. */
  private double perSecond() {
    var state =
        new StoredState(
            Fixtures.SETTINGS,
            Fixtures.LAYOUT,
            Stores.inMemoryKeyValueStore(StoredState.STORE).get());
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
    return half * 1e9 / nanos;
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

  private static Prompt prompt(String item) {
    return new Prompt(item, "assistant", TEXT, 400, "test", Fixtures.START);
  }

  private static Completion completion(String item, String id, int tokens) {
    return new Completion(
        id,
        item,
        TEXT,
        400,
        null,
        0,
        Collections.nCopies(tokens, 1_000),
        Collections.nCopies(tokens, -1f),
        "test",
        Fixtures.START);
  }

  private static ComparisonTask task(String item, List<String> ids) {
    return new ComparisonTask(
        "task",
        item,
        "assistant",
        ids.stream().<Candidate>map(CompletionRef::new).toList(),
        FeedbackEvent.OVERALL,
        null,
        null,
        "test",
        Fixtures.START);
  }

  private static RewardScore score(String item, String id) {
    List<Float> prefixes = Collections.nCopies(TOKENS + 1, 1f);
    return new RewardScore(id, item, Annotator.human("judge"), 1, null, prefixes, Fixtures.START);
  }
}
