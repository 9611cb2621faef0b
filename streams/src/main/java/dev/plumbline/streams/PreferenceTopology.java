/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.TopicLayout;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * From feedback and rewards to examples, in one hop.
 *
 * <pre>
 *   prompts ──────┐
 *   completions ──┤                 ┌──▶ examples      (one partition per policy)
 *   tasks ────────┼──▶ preferences ─┼──▶ dead-letters
 *   feedback ─────┤        │        └──▶ feedback      (ticks, while something waits)
 *   rewards ──────┘      stores
 * </pre>
 *
 * <p>One processor reads the five topics, whose partitions belong together, as raw bytes. What a
 * record leads to is decided by {@link PreferenceRules} and written in the transaction that also
 * commits the record's offset, so an example can't depend on a record being read twice or on a
 * crash. The final examples do not depend either on the order in which partitions are read; {@link
 * Settlement}, {@link RewardSettlement} and {@link Terms} say why.
 */
public final class PreferenceTopology {
  static final String PROCESSOR = "preferences";
  static final String EXAMPLES_SINK = "examples-sink";
  static final String DEAD_LETTERS_SINK = "dead-letters-sink";
  static final String TICKS_SINK = "ticks-sink";

  private static final List<Topic<String, ?>> SOURCES =
      List.of(Topics.PROMPTS, Topics.COMPLETIONS, Topics.TASKS, Topics.FEEDBACK, Topics.REWARDS);

  /** A tick is forwarded under the number of its partition, and written under an empty key. */
  private static final Serializer<Integer> EMPTY_KEY = (topic, partition) -> new byte[0];

  private static final StreamPartitioner<Integer, FeedbackRecord> OWN_PARTITION =
      (topic, partition, tick, partitions) -> Optional.of(Set.of(partition));

  private PreferenceTopology() {}

  /** Returns the topology; what it counts is registered with {@code registry}. */
  public static Topology build(
      StreamsSettings settings, TopicLayout layout, MeterRegistry registry) {
    return build(settings, layout, registry, Stores::persistentKeyValueStore);
  }

  /** Returns the topology with stores of the caller's choice. */
  static Topology build(
      StreamsSettings settings,
      TopicLayout layout,
      MeterRegistry registry,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    var meters = new StreamsMeters(registry);
    var topology = new Topology();
    for (Topic<String, ?> source : SOURCES) {
      topology.addSource(
          sourceOf(source),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer(),
          source.name());
    }
    topology.addProcessor(
        PROCESSOR,
        () -> new PreferenceProcessor(settings, layout, meters),
        SOURCES.stream().map(PreferenceTopology::sourceOf).toArray(String[]::new));
    for (String store : StoredState.STORES) {
      topology.addStateStore(logged(stores.apply(store)), PROCESSOR);
    }
    topology.addSink(
        EXAMPLES_SINK,
        Topics.EXAMPLES.name(),
        new CodecSerializer<>(Topics.EXAMPLES.key()),
        new CodecSerializer<>(Topics.EXAMPLES.value()),
        feedOf(layout),
        PROCESSOR);
    topology.addSink(
        DEAD_LETTERS_SINK,
        Topics.DEAD_LETTERS.name(),
        new ByteArraySerializer(),
        new CodecSerializer<DeadLetter>(Topics.DEAD_LETTERS.value()),
        PROCESSOR);
    topology.addSink(
        TICKS_SINK,
        Topics.FEEDBACK.name(),
        EMPTY_KEY,
        new CodecSerializer<FeedbackRecord>(Topics.FEEDBACK.value()),
        OWN_PARTITION,
        PROCESSOR);
    return topology;
  }

  private static StreamPartitioner<String, ExampleRecord> feedOf(TopicLayout layout) {
    return (topic, policy, example, partitions) -> Optional.of(Set.of(layout.feedOf(policy)));
  }

  private static String sourceOf(Topic<String, ?> topic) {
    return topic.name() + "-source";
  }

  /** A changelog holds whole records beside their keys, so it takes what dead letters take. */
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> logged(
      KeyValueBytesStoreSupplier store) {
    return Stores.keyValueStoreBuilder(store, Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(Topics.DEAD_LETTERS.maxRecordBytes())));
  }
}
