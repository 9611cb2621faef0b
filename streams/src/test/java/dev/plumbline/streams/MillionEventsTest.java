/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.metrics.Health;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import dev.plumbline.streams.history.HistoryChecker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Feedback with every fault that {@link GeneratedFeedback} knows, through the real topology on a
 * real broker, against what an independent reading of the logs says of it.
 *
 * <p>The million takes four minutes: {@code ./mvnw verify -Pchaos -pl streams -am}. {@code
 * plumbline.million.events} sets another number.
 */
class MillionEventsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant", "robot"), 4, 1);

  /** Some questions reach the quorum, most wait for the limit, and some still wait in the end. */
  private static final StreamsSettings SETTINGS =
      new StreamsSettings(
          "test-million",
          2,
          3,
          2,
          1,
          Duration.ofHours(6),
          Duration.ofHours(24),
          Duration.ofHours(1),
          Fixtures.ONE_KIND_EACH,
          Fixtures.TRUST);

  private static final List<Topic<?, ?>> SOURCES =
      List.of(Topics.PROMPTS, Topics.COMPLETIONS, Topics.TASKS, Topics.FEEDBACK, Topics.REWARDS);

  @TempDir Path folder;
  private KafkaClients clients;
  private final Map<String, Integer> revisions = new HashMap<>();
  private final Map<String, String> latest = new TreeMap<>();
  private int emitted;

  @Test
  void shouldReachTheFinalViewOfTheLogsAfterFiveThousandEvents() throws Exception {
    run(5_000);
  }

  @Test
  @Tag("chaos")
  void shouldReachTheFinalViewOfTheLogsAfterAMillionEvents() throws Exception {
    run(Integer.getInteger("plumbline.million.events", 1_000_000));
  }

  private void run(int events) throws Exception {
    try (var broker = LocalBroker.startOnFreePort(folder.resolve("broker"))) {
      clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
      new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);
      try (var role =
          StreamsRole.start(
              SETTINGS,
              LAYOUT,
              clients.connection(),
              folder.resolve("state"),
              new SimpleMeterRegistry())) {
        long start = System.nanoTime();
        Map<GeneratedFeedback.Oddity, Integer> sent = send(events);
        readExamplesUntilAllIsTaken(role);
        double seconds = (System.nanoTime() - start) / 1e9;

        LogOracle oracle = readLogs();
        Map<String, String> expected = oracle.examples();

        System.out.printf(
            "%,d events %s in %.1f s, %,.0f per second; %,d revisions of %,d examples, %,d stand;"
                + " peak heap %,d MiB%n",
            events,
            sent,
            seconds,
            events / seconds,
            emitted,
            revisions.size(),
            latest.size(),
            peakHeapMib());
        assertThat(sent).containsOnlyKeys(GeneratedFeedback.Oddity.values());
        assertThat(differences(expected)).isEmpty();
        assertThat(latest).hasSizeGreaterThan(events / 20);
        assertThat(revisions).hasSizeGreaterThan(latest.size());
        assertThat(HistoryChecker.check(clients, SETTINGS, LAYOUT, null).findings()).isEmpty();
      }
    }
  }

  private Map<GeneratedFeedback.Oddity, Integer> send(int events) {
    var failure = new AtomicReference<@Nullable Exception>();
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      Map<GeneratedFeedback.Oddity, Integer> sent =
          GeneratedFeedback.send(
              9,
              events,
              LAYOUT,
              record -> {
                var unused =
                    producer.send(
                        record,
                        (metadata, exception) -> {
                          if (exception != null) {
                            failure.set(exception);
                          }
                        });
              });
      producer.flush();
      assertThat(failure.get()).isNull();
      return sent;
    }
  }

  /** Fails when, for as long as patience lasts, nothing more was committed. */
  private void readExamplesUntilAllIsTaken(StreamsRole role) throws Exception {
    try (var admin = clients.admin("test-progress");
        var examples = TopicReader.openAtBeginning(clients, "test-examples", Topics.EXAMPLES)) {
      Map<TopicPartition, Long> ends = ends(admin);
      Map<TopicPartition, Long> taken = Map.of();
      long lastAdvance = System.nanoTime();
      while (!taken.equals(ends)) {
        assertThat(role.live()).isEqualTo(Health.HEALTHY);
        examples.poll(Duration.ofMillis(200)).forEach(this::take);
        Map<TopicPartition, Long> now = taken(admin, ends).orElse(taken);
        if (!now.equals(taken)) {
          taken = now;
          lastAdvance = System.nanoTime();
        }
        assertThat(System.nanoTime() - lastAdvance)
            .as("only %s of %s was taken", taken, ends)
            .isLessThan(PATIENCE.toNanos());
      }
      examples.readToEnd(PATIENCE, this::take);
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        SOURCES.stream()
            .flatMap(
                topic ->
                    IntStream.range(0, LAYOUT.itemPartitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Nothing where the broker was too busy to say. */
  private static Optional<Map<TopicPartition, Long>> taken(
      Admin admin, Map<TopicPartition, Long> ends) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed =
          admin
              .listConsumerGroupOffsets(SETTINGS.applicationId())
              .partitionsToOffsetAndMetadata()
              .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return Optional.empty();
      }
      throw e;
    }
    Map<TopicPartition, Long> taken = new HashMap<>();
    for (TopicPartition partition : ends.keySet()) {
      OffsetAndMetadata offset = committed.get(partition);
      taken.put(partition, offset == null ? 0 : offset.offset());
    }
    return Optional.of(taken);
  }

  private void take(TopicRecord<String, ExampleRecord> record) {
    var example = (TrainingExample) record.value().orElseThrow();
    emitted++;
    assertThat(example.revision()).isEqualTo(revisions.merge(example.exampleId(), 1, Integer::sum));
    if (example.evidence().isWithdrawn()) {
      latest.remove(example.exampleId());
    } else {
      latest.put(example.exampleId(), FinalView.content(example));
    }
  }

  private LogOracle readLogs() {
    var oracle = new LogOracle(SETTINGS);
    read(Topics.PROMPTS, record -> oracle.take(record.value().orElseThrow()));
    read(Topics.COMPLETIONS, record -> oracle.take(record.value().orElseThrow()));
    read(
        Topics.FEEDBACK,
        record ->
            oracle.take(
                record.partition(), new String(record.raw().key(), UTF_8), record.raw().value()));
    return oracle;
  }

  private <V> void read(Topic<String, V> topic, Consumer<TopicRecord<String, V>> sink) {
    try (var reader = TopicReader.openAtBeginning(clients, "test-oracle", topic)) {
      reader.readToEnd(PATIENCE, sink);
    }
  }

  /** The first few of what differs, instead of two views that nobody could read. */
  private List<String> differences(Map<String, String> expected) {
    return Stream.concat(expected.keySet().stream(), latest.keySet().stream())
        .distinct()
        .filter(id -> !Objects.equals(expected.get(id), latest.get(id)))
        .limit(5)
        .map(id -> "expected %s, but was %s".formatted(expected.get(id), latest.get(id)))
        .toList();
  }

  private static long peakHeapMib() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum()
        >> 20;
  }
}
