/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.store.CommittedStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * {@link PreferenceTopology} and the beginnings of it, for measurements: all read the same records
 * and count them alike, and from {@link #DECODE} on, each does one thing more than the one before.
 */
public enum TopologyStage {
  /** Writes every record as it is to the topic {@link #COPIES}. */
  COPY,
  /** Decodes and checks every record. */
  DECODE,
  /** Decides on it and keeps what follows in memory. */
  DECIDE,
  /** Keeps it in the stores on disk instead. */
  STORE,
  /** Writes every change of a store to its changelog, too. */
  LOG,
  /** Emits examples and dead letters: the topology itself. */
  EMIT;

  /** Where {@link #COPY} writes to; whoever measures creates it, like a topic of items. */
  public static final String COPIES = "copies";

  /** Returns the topology up to this stage; records read are counted in {@code registry}. */
  public Topology topology(
      StreamsSettings settings,
      TopicLayout layout,
      MeterRegistry registry,
      CommittedStores stores) {
    return switch (this) {
      case COPY -> {
        var meters = new StreamsMeters(registry);
        Topology topology = reading(() -> new Copying(meters));
        yield topology.addSink(
            "copies-sink",
            COPIES,
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            PreferenceTopology.PROCESSOR);
      }
      case DECODE -> {
        var meters = new StreamsMeters(registry);
        yield reading(() -> new Decoding(layout, meters));
      }
      case DECIDE -> deciding(settings, layout, registry, Stores::inMemoryKeyValueStore, false);
      case STORE -> deciding(settings, layout, registry, stores::supplier, false);
      case LOG -> deciding(settings, layout, registry, stores::supplier, true);
      case EMIT -> PreferenceTopology.build(settings, layout, registry, stores::supplier);
    };
  }

  private static Topology reading(ProcessorSupplier<byte[], byte[], byte[], byte[]> processor) {
    var topology = new Topology();
    String[] sources =
        PreferenceTopology.SOURCES.stream()
            .map(PreferenceTopology::sourceOf)
            .toArray(String[]::new);
    PreferenceTopology.SOURCES.forEach(
        source ->
            topology.addSource(
                PreferenceTopology.sourceOf(source),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                source.name()));
    return topology.addProcessor(PreferenceTopology.PROCESSOR, processor, sources);
  }

  private static Topology deciding(
      StreamsSettings settings,
      TopicLayout layout,
      MeterRegistry registry,
      Function<String, KeyValueBytesStoreSupplier> stores,
      boolean isLogged) {
    var meters = new StreamsMeters(registry);
    Topology topology = reading(() -> new Deciding(settings, layout, meters));
    KeyValueBytesStoreSupplier store = stores.apply(StoredState.STORE);
    StoreBuilder<?> builder =
        isLogged
            ? PreferenceTopology.logged(store)
            : Stores.keyValueStoreBuilder(store, Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled();
    return topology.addStateStore(builder, PreferenceTopology.PROCESSOR);
  }

  /** Counts records, and hands each to a stage. */
  private abstract static class Reading implements Processor<byte[], byte[], byte[], byte[]> {
    private final StreamsMeters meters;
    @Nullable ProcessorContext<byte[], byte[]> context;

    Reading(StreamsMeters meters) {
      this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      RecordMetadata metadata = context.recordMetadata().orElseThrow();
      meters.read(metadata.topic());
      take(record, metadata);
    }

    abstract void take(Record<byte[], byte[]> record, RecordMetadata metadata);

    static Origin origin(Record<byte[], byte[]> record, RecordMetadata metadata) {
      return new Origin(
          metadata.topic(),
          metadata.partition(),
          metadata.offset(),
          Bytes.of(record.key()),
          Bytes.of(record.value()));
    }
  }

  private static final class Copying extends Reading {
    Copying(StreamsMeters meters) {
      super(meters);
    }

    @Override
    void take(Record<byte[], byte[]> record, RecordMetadata metadata) {
      context.forward(record);
    }
  }

  private static final class Decoding extends Reading {
    private final Intake intake;

    Decoding(TopicLayout layout, StreamsMeters meters) {
      super(meters);
      intake = new Intake(layout);
    }

    @Override
    void take(Record<byte[], byte[]> record, RecordMetadata metadata) {
      intake.read(origin(record, metadata));
    }
  }

  private static final class Deciding extends Reading {
    private final StreamsSettings settings;
    private final TopicLayout layout;
    private @Nullable ItemPartition partition;

    Deciding(StreamsSettings settings, TopicLayout layout, StreamsMeters meters) {
      super(meters);
      this.settings = settings;
      this.layout = layout;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      super.init(context);
      partition =
          new ItemPartition(
              settings,
              layout,
              new StoredState(settings, layout, context.getStateStore(StoredState.STORE)),
              output -> {});
    }

    @Override
    void take(Record<byte[], byte[]> record, RecordMetadata metadata) {
      partition.take(origin(record, metadata));
    }
  }
}
