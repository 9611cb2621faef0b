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
import java.util.stream.Stream;
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
 *   feedback ─────┤        │  ▲     └──▶ feedback      (ticks, while something waits)
 *   rewards ──────┘        │  │
 *                 reports  │  │  news
 *                          ▼  │
 *                         trust ───────▶ annotators
 *                        (one task)
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
  static final String TRUST_PROCESSOR = "trust";
  static final String REPORTS_SINK = "trust-reports-sink";
  static final String NEWS_SINK = "trust-news-sink";
  static final String ANNOTATORS_SINK = "annotators-sink";
  static final String LAGGARDS_SINK = "laggards-sink";

  /** What partitions counted, for the one trust task. */
  static final String REPORTS = "trust-reports-repartition";

  /** Whom to believe, for every partition. */
  static final String NEWS = "trust-news-repartition";

  private static final String REPORTS_SOURCE = "trust-reports-source";
  private static final String NEWS_SOURCE = "trust-news-source";
  static final List<Topic<String, ?>> SOURCES =
      List.of(Topics.PROMPTS, Topics.COMPLETIONS, Topics.TASKS, Topics.FEEDBACK, Topics.REWARDS);

  /** Some records are forwarded under the number of a partition, and written under an empty key. */
  private static final Serializer<Integer> EMPTY_KEY = (topic, partition) -> new byte[0];

  private PreferenceTopology() {}

  /**
   * Returns the topology.
   *
   * @param registry where it counts
   * @param stores makes the stores of a name
   */
  static Topology build(
      StreamsSettings settings,
      TopicLayout layout,
      MeterRegistry registry,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    var meters = new StreamsMeters(registry);
    var topology = new InternalTopics();
    topology.declare(REPORTS, 1);
    topology.declare(NEWS, layout.itemPartitions());
    for (Topic<String, ?> source : SOURCES) {
      topology.addSource(
          sourceOf(source),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer(),
          source.name());
    }
    topology.addSource(NEWS_SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), NEWS);
    topology.addProcessor(
        PROCESSOR,
        () -> new PreferenceProcessor(settings, layout, meters),
        Stream.concat(SOURCES.stream().map(PreferenceTopology::sourceOf), Stream.of(NEWS_SOURCE))
            .toArray(String[]::new));
    topology.addStateStore(logged(stores.apply(StoredState.STORE)), PROCESSOR);
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
        toPartition(),
        PROCESSOR);
    topology.addSink(
        REPORTS_SINK, REPORTS, EMPTY_KEY, new ByteArraySerializer(), toPartition(0), PROCESSOR);
    addTrust(topology, settings, layout, new TrustMeters(registry), stores);
    return topology;
  }

  private static void addTrust(
      Topology topology,
      StreamsSettings settings,
      TopicLayout layout,
      TrustMeters meters,
      Function<String, KeyValueBytesStoreSupplier> stores) {
    topology.addSource(
        REPORTS_SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), REPORTS);
    topology.addProcessor(
        TRUST_PROCESSOR,
        () ->
            new TrustProcessor(
                settings.trust(), layout.itemPartitions(), settings.tickInterval(), meters),
        REPORTS_SOURCE);
    topology.addStateStore(logged(stores.apply(TrustTask.STORE)), TRUST_PROCESSOR);
    topology.addSink(
        ANNOTATORS_SINK,
        Topics.ANNOTATORS.name(),
        new CodecSerializer<>(Topics.ANNOTATORS.key()),
        new CodecSerializer<>(Topics.ANNOTATORS.value()),
        TRUST_PROCESSOR);
    topology.addSink(
        NEWS_SINK, NEWS, EMPTY_KEY, new ByteArraySerializer(), toPartition(), TRUST_PROCESSOR);
    topology.addSink(
        LAGGARDS_SINK,
        Topics.FEEDBACK.name(),
        EMPTY_KEY,
        new CodecSerializer<FeedbackRecord>(Topics.FEEDBACK.value()),
        toPartition(),
        TRUST_PROCESSOR);
  }

  /** Sends a record to the partition that it is forwarded under. */
  private static <V> StreamPartitioner<Integer, V> toPartition() {
    return (topic, partition, value, partitions) -> Optional.of(Set.of(partition));
  }

  private static <V> StreamPartitioner<Integer, V> toPartition(int partition) {
    return (topic, sender, value, partitions) -> Optional.of(Set.of(partition));
  }

  private static StreamPartitioner<String, ExampleRecord> feedOf(TopicLayout layout) {
    return (topic, policy, example, partitions) -> Optional.of(Set.of(layout.feedOf(policy)));
  }

  static String sourceOf(Topic<String, ?> topic) {
    return topic.name() + "-source";
  }

  /** A changelog holds whole records beside their keys, so it takes what dead letters take. */
  static StoreBuilder<KeyValueStore<Bytes, byte[]>> logged(KeyValueBytesStoreSupplier store) {
    return Stores.keyValueStoreBuilder(store, Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(Topics.DEAD_LETTERS.maxRecordBytes())));
  }
}
