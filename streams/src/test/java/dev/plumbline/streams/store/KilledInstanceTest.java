/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.streams.CatalogueClients;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Streams itself, with a store that keeps what it is sent, on a real broker. */
class KilledInstanceTest {
  private static final String INPUT = "input";
  private static final String STORE = "rows";
  private static final String APPLICATION = "app";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final MemoryBounds SMALL = new MemoryBounds(64 << 10, 8 << 20);
  private static final int RECORDS = 6_000;

  @TempDir private Path folder;
  private LocalBroker broker;
  private KafkaClients clients;
  private final Map<Bytes, String> rows = new TreeMap<>();

  @BeforeEach
  void start() throws Exception {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    try (Admin admin = clients.admin("test")) {
      admin.createTopics(List.of(new NewTopic(INPUT, 1, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void shouldReadBackOnlyWhatItHadNotWrittenToDisk() throws Exception {
    Path left = folder.resolve("left");
    try (KafkaStreams killed = instance(folder.resolve("state"))) {
      killed.start();
      send();
      awaitCommitted();
      StoreFolder.copy(folder.resolve("state"), left);
      leave(killed);
    }

    var restoring = new StartOfRestoring();
    try (KafkaStreams next = instance(left)) {
      next.setGlobalStateRestoreListener(restoring);
      next.start();
      await(() -> next.state() == KafkaStreams.State.RUNNING);

      assertThat(restoring.readBack()).isBetween(0L, RECORDS / 2L);
      assertThat(rowsOf(next)).isEqualTo(rows);
    }
  }

  @Test
  void shouldReadEverythingBackWhereItsDiskIsDamaged() throws Exception {
    Path state = folder.resolve("state");
    try (KafkaStreams first = instance(state)) {
      first.start();
      send();
      awaitCommitted();
      leave(first);
    }
    StoreFolder.damage(state);

    var restoring = new StartOfRestoring();
    try (KafkaStreams next = instance(state)) {
      next.setGlobalStateRestoreListener(restoring);
      next.start();
      await(() -> next.state() == KafkaStreams.State.RUNNING);

      assertThat(restoring.readBack()).isGreaterThanOrEqualTo(RECORDS);
      assertThat(rowsOf(next)).isEqualTo(rows);
    }
  }

  /** Closes an instance so that the next one needn't wait for the end of its session. */
  private static void leave(KafkaStreams streams) {
    streams.close(
        CloseOptions.timeout(PATIENCE)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  private KafkaStreams instance(Path stateDir) {
    var stores = new CommittedStores(InstantSource.system(), SMALL);
    var topology = new Topology();
    topology.addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), INPUT);
    topology.addProcessor("keeping", Keeping::new, "source");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(stores.supplier(STORE), Serdes.Bytes(), Serdes.ByteArray()),
        "keeping");
    var config = new Properties();
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 10);
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    return new KafkaStreams(topology, config, new CatalogueClients(clients, stores));
  }

  private void send() {
    var random = new Random(5);
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      for (int i = 0; i < RECORDS; i++) {
        String key = "key " + random.nextInt(RECORDS);
        String value = "value " + i;
        rows.put(Bytes.wrap(bytes(key)), value);
        var unused = producer.send(new ProducerRecord<>(INPUT, bytes(key), bytes(value)));
      }
    }
  }

  private void awaitCommitted() {
    var partition = new TopicPartition(INPUT, 0);
    try (Admin admin = clients.admin("test")) {
      await(
          () -> {
            var committed =
                admin
                    .listConsumerGroupOffsets(APPLICATION)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(partition);
            return committed != null && committed.offset() == RECORDS;
          });
    }
  }

  private static Map<Bytes, String> rowsOf(KafkaStreams streams) {
    Map<Bytes, String> found = new TreeMap<>();
    try (KeyValueIterator<Bytes, byte[]> all =
        streams
            .store(
                StoreQueryParameters.fromNameAndType(
                    STORE, QueryableStoreTypes.<Bytes, byte[]>keyValueStore()))
            .all()) {
      all.forEachRemaining(
          row -> found.put(row.key, new String(row.value, StandardCharsets.UTF_8)));
    }
    return found;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) {
    Instant end = Instant.now().plus(PATIENCE);
    try {
      while (!condition.holds()) {
        assertThat(Instant.now()).isBefore(end);
        Thread.onSpinWait();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps every record under its key. */
  private static final class Keeping implements Processor<byte[], byte[], Void, Void> {
    private KeyValueStore<Bytes, byte[]> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      store.put(Bytes.wrap(record.key()), record.value());
    }
  }

  /** Notes where restoring begins and what it reads. */
  private static final class StartOfRestoring implements StateRestoreListener {
    private final CompletableFuture<Long> records = new CompletableFuture<>();

    @Override
    public void onRestoreStart(
        TopicPartition changelog, String store, long startingOffset, long endingOffset) {
      // Each commit has a marker in the changelog, too.
      records.complete(startingOffset == 0 ? RECORDS : endingOffset - startingOffset);
    }

    @Override
    public void onBatchRestored(
        TopicPartition changelog, String store, long endOffset, long restored) {}

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long restored) {}

    long readBack() throws Exception {
      return records.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
