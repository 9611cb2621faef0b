/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.metrics.Health;
import dev.plumbline.events.Answer;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.streams.history.HistoryChecker;
import dev.plumbline.streams.history.HistoryReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The role on a real broker; the last test leaves a record that stops every later reader. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StreamsRoleTest {
  /** The scenario plays at a fixed time, which the wall clock must not join. */
  static final StreamsSettings WITHOUT_TICKS =
      new StreamsSettings(
          "test-streams",
          1,
          2,
          1,
          1,
          Duration.ofHours(1),
          Duration.ofHours(24),
          Duration.ofHours(1),
          Fixtures.ONE_KIND_EACH,
          Fixtures.TRUST);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Scenario SCENARIO = new Scenario(21, 2);
  private static final Random RANDOM = new Random(4);

  @TempDir static Path folder;
  private static LocalBroker broker;
  private static KafkaClients clients;
  private static TopicReader<String, ExampleRecord> examples;
  private static StreamsRole role;
  private static final List<TrainingExample> EMITTED = new ArrayList<>();
  private static final Map<Scenario.Place, Integer> SENT = new HashMap<>();

  /** Half of the scenario is given to a process that is killed; the role then takes over. */
  @BeforeAll
  static void start() throws IOException {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, SCENARIO.layout).provision(Topics.ALL);
    examples = TopicReader.openAtBeginning(clients, "test-examples", Topics.EXAMPLES);
    Path stateDir = folder.resolve("state");
    Path output = folder.resolve("streams.log");
    send(0.5);
    try (var process = process(stateDir, output)) {
      await(() -> EMITTED.size() > 10 || !process.isAlive());
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
    }
    role =
        StreamsRole.start(
            WITHOUT_TICKS,
            SCENARIO.layout,
            clients.connection(),
            stateDir,
            new SimpleMeterRegistry());
  }

  @AfterAll
  static void stop() {
    role.close();
    examples.close();
    broker.close();
  }

  @Test
  @Order(1)
  void shouldReachTheFinalViewOfTheBatchAlthoughKilledOnTheWay() {
    Map<String, String> expected = BatchOracle.of(SCENARIO, WITHOUT_TICKS).examples();

    send(1);
    await(() -> FinalView.latest(EMITTED).equals(expected));

    assertThat(FinalView.latest(EMITTED)).isEqualTo(expected);
    assertThat(role.ready()).isEqualTo(Health.HEALTHY);
    HistoryReport history = HistoryChecker.check(clients, WITHOUT_TICKS, SCENARIO.layout, null);
    assertThat(history.findings()).isEmpty();
    assertThat(history.counts()).containsKeys("events", "examples", "dead_letters");
  }

  /** A clock that ran ahead gives records times that a broker would refuse by default. */
  @Test
  @Order(2)
  void shouldGoOnAfterVotesOfAFarFuture() {
    int ahead = 60 * Fixtures.DAY * 365;
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      send(producer, Topics.PROMPTS, Fixtures.prompt("ahead"), Fixtures.START);
      send(producer, Topics.COMPLETIONS, Fixtures.completion("ahead", "a"), Fixtures.START);
      send(producer, Topics.COMPLETIONS, Fixtures.completion("ahead", "b"), Fixtures.START);
      for (String annotator : List.of("ann", "bob")) {
        FeedbackEvent vote = Fixtures.vote("ahead", "by " + annotator, annotator, Answer.A, ahead);
        send(producer, Topics.FEEDBACK, vote, vote.acceptedAt());
      }
    }

    await(() -> EMITTED.stream().anyMatch(example -> example.itemId().equals("ahead")));

    assertThat(EMITTED).extracting(TrainingExample::itemId).contains("ahead");
    assertThat(role.live()).isEqualTo(Health.HEALTHY);
  }

  private static <V> void send(
      KafkaProducer<byte[], byte[]> producer, Topic<String, V> topic, V value, Instant time) {
    var record =
        new ProducerRecord<>(
            topic.name(),
            SCENARIO.layout.partitionOf("ahead"),
            time.toEpochMilli(),
            "ahead".getBytes(StandardCharsets.UTF_8),
            topic.value().encode(value));
    var unused = producer.send(record);
  }

  @Test
  @Order(3)
  void shouldStopAndSayWhyAtASchemaThatOnlyANewerReaderKnows() throws Exception {
    byte[] value = Topics.PROMPTS.value().encode(Fixtures.prompt("i"));
    value[5] ^= 1;
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      byte[] key = "i".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(Topics.PROMPTS.name(), key, value)).get();
    }

    await(() -> !role.live().equals(Health.HEALTHY));

    assertThat(role.live())
        .isInstanceOfSatisfying(
            Health.Unhealthy.class,
            health ->
                assertThat(health.reason())
                    .contains("streams stopped", "schema fingerprint", "upgrade this reader"));
    assertThat(role.ready()).isInstanceOf(Health.Unhealthy.class);
  }

  /** Closing the process kills it, in the middle of whatever it does. */
  private static StreamsProcess process(Path stateDir, Path output) throws IOException {
    return StreamsProcess.start(
        broker.bootstrapServers(), SCENARIO.layout, stateDir, output.toFile());
  }

  /** Sends each log up to the given part of its records, the logs in random turns. */
  private static void send(double part) {
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      List<Scenario.Place> open = new ArrayList<>(SCENARIO.logs.keySet());
      while (!open.isEmpty()) {
        Scenario.Place place = open.get(RANDOM.nextInt(open.size()));
        List<Scenario.LogRecord> log = SCENARIO.logs.get(place);
        int next = SENT.getOrDefault(place, 0);
        if (next >= part * log.size()) {
          open.remove(place);
          continue;
        }
        Scenario.LogRecord record = log.get(next);
        var unused =
            producer.send(
                new ProducerRecord<>(
                    place.topic(),
                    place.partition(),
                    record.key().toArray(),
                    record.value().toArray()));
        SENT.put(place, next + 1);
      }
      producer.flush();
    }
  }

  /** Reads examples until the condition holds, or for as long as patience lasts. */
  private static void await(BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean() && Instant.now().isBefore(end)) {
      examples
          .poll(Duration.ofMillis(200))
          .forEach(record -> EMITTED.add((TrainingExample) record.value().orElseThrow()));
    }
  }
}
