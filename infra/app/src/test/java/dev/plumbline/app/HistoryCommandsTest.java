/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import static dev.plumbline.app.Commands.assertRefused;
import static dev.plumbline.app.Commands.json;
import static dev.plumbline.app.Commands.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.app.Commands.Outcome;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Annotator;
import dev.plumbline.events.Answer;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyAlias;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.Split;
import dev.plumbline.events.Statement;
import dev.plumbline.events.Text;
import dev.plumbline.events.Topic;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.streams.StreamsSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The commands about a cluster's history, on one whose streams have read some good and bad votes.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistoryCommandsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");
  private static final String ITEM =
      IntStream.range(0, 99)
          .mapToObj(i -> "item-" + i)
          .filter(item -> Split.of(item) == Split.TRAIN)
          .findFirst()
          .orElseThrow();

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static KafkaClients clients;
  private static StreamsRole streams;

  @BeforeAll
  static void start() throws Exception {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    TopicLayout layout = Settings.bind(TopicLayout.class, SettingsSource.empty());
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
    streams =
        StreamsRole.start(
            Settings.bind(
                StreamsSettings.class,
                SettingsSource.empty().with(List.of("quorum=3", "tick_interval=1h"))),
            layout,
            clients.connection(),
            folder.resolve("state"),
            new SimpleMeterRegistry());
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      var publisher = new FeedbackPublisher(new EventPublisher(producer));
      publisher
          .publish(new Prompt(ITEM, "assistant", Text.plain("Say it"), 6, "test", START))
          .join();
      for (String id : List.of("a", "b")) {
        publisher
            .publish(
                new Completion(
                    id, ITEM, Text.plain(id), 1, null, 0, List.of(), List.of(), "test", START))
            .join();
      }
      publisher.publish(vote("e1", "ann", Answer.A)).join();
      publisher.publish(vote("e2", "bob", Answer.A)).join();
      publisher.publish(vote("e3", "cid", Answer.B)).join();
      byte[] lost = Topics.FEEDBACK.value().encode(vote("e4", "dee", Answer.A));
      int elsewhere = (layout.partitionOf(ITEM) + 1) % layout.itemPartitions();
      producer.send(new ProducerRecord<>("feedback", elsewhere, ITEM.getBytes(UTF_8), lost)).get();
      producer.send(new ProducerRecord<>("feedback", 0, new byte[0], new byte[] {1, 2, 3})).get();
    }
    awaitExamplesAndLetters(1, 2);
  }

  @AfterAll
  static void stop() {
    streams.close();
    broker.close();
  }

  @Test
  @Order(1)
  void shouldFindNoPromiseBroken() {
    JsonNode report = json(check("--json"));

    assertThat(report.path("holds").asBoolean()).isTrue();
    assertThat(report.path("findings")).isEmpty();
    assertThat(report.path("counts").path("examples").asInt()).isEqualTo(1);
    assertThat(check()).contains("I1 holds", "I6 not looked at", "I8 holds");
  }

  @Test
  @Order(2)
  void shouldShowWhatAnotherQuorumWouldHaveMade() throws IOException {
    Path lower = folder.resolve("lower.yaml");
    Files.writeString(lower, "streams:\n  quorum: 4\n  time_limit: 99h\n");

    JsonNode pairs =
        json(cluster(0, "replay-examples", "--with", lower.toString(), "--json"))
            .path("examples")
            .path("pair");

    assertThat(pairs.path("now").asInt()).isEqualTo(1);
    assertThat(pairs.path("then").asInt()).isZero();
    assertThat(pairs.path("gone").asInt()).isEqualTo(1);
    assertThat(cluster(0, "replay-examples", "--with", lower.toString()))
        .containsPattern("pair +1 +0 +0 +0 +0 +0 +1 +1.00 +0.00");
  }

  @Test
  @Order(3)
  void shouldShowWhatAnotherConsensusWouldHaveMade() throws IOException {
    Path majority = folder.resolve("majority.yaml");
    Files.writeString(majority, "streams:\n  quorum: 3\n  consensus: majority\n");

    JsonNode pairs =
        json(cluster(0, "replay-examples", "--with", majority.toString(), "--json"))
            .path("examples")
            .path("pair");

    assertThat(pairs.path("now").asInt()).isEqualTo(1);
    assertThat(pairs.path("then").asInt()).isEqualTo(1);
    assertThat(pairs.path("changed").asInt()).isEqualTo(1);
    assertThat(pairs.path("flipped").asInt()).isZero();
  }

  @Test
  @Order(3)
  void shouldRefuseSettingsThatThereAreNot() throws IOException {
    Path wrong = folder.resolve("wrong.yaml");
    Files.writeString(wrong, "streams:\n  qorum: 4\n");

    assertRefused(
        run("replay-examples", "--with", wrong.toString()),
        "wrong.yaml:2: unknown setting 'streams.qorum'; did you mean 'streams.quorum'?");
    assertThat(run("replay-examples").code()).isEqualTo(CommandLine.ExitCode.USAGE);
  }

  @Test
  @Order(4)
  void shouldListAndShowDeadLetters() {
    assertThat(cluster(0, "dead-letters", "list"))
        .contains("MIS_PARTITIONED", "UNDECODABLE", "feedback-0@");
    assertThat(cluster(0, "dead-letters", "list", "--reason", "mis_partitioned"))
        .contains("MIS_PARTITIONED")
        .doesNotContain("UNDECODABLE");
    assertThat(cluster(0, "dead-letters", "list", "--topic", "rewards").lines()).hasSize(1);
    assertThat(cluster(0, "dead-letters", "list", "--since", "2099-01-01T00:00:00Z").lines())
        .hasSize(1);
    assertThat(cluster(0, "dead-letters", "show", id(DeadLetterReason.MIS_PARTITIONED)))
        .contains(
            "reason    MIS_PARTITIONED",
            DeadLetterReason.MIS_PARTITIONED.hint(),
            "event     e4",
            "annotator=Annotator[id=dee");
    assertThat(cluster(0, "dead-letters", "show", id(DeadLetterReason.UNDECODABLE)))
        .contains("3 bytes that can't be read as a record of feedback: 010203");
  }

  @Test
  @Order(5)
  void shouldSayWhichLettersItNeedsNamed() {
    assertThat(run("dead-letters").err()).contains("Say what to do: list, show or redrive.");
    assertThat(run("dead-letters", "redrive").err())
        .contains("Name letters by number or by a filter, or say --all.");
    assertRefused(
        clusterRun("dead-letters", "show", "999"),
        "ID: there is no dead letter 999; plumbline dead-letters list shows the 2 there are");
    assertRefused(
        clusterRun("dead-letters", "list", "--since", "yesterday"),
        "--since: expected a duration such as 24h, or an instant such as 2026-01-02T03:04:05Z, but was 'yesterday'");
  }

  @Test
  @Order(6)
  void shouldSendWhatStoodElsewhereToWhereItBelongsAndCountItOnce() {
    String[] redrive = {"dead-letters", "redrive", "--reason", "MIS_PARTITIONED"};
    assertThat(cluster(0, "dead-letters", "redrive", "--reason", "MIS_PARTITIONED", "--dry-run"))
        .contains("would send 1 records of 1 dead letters");
    assertThat(json(check("--json")).path("counts").path("records_in_flight").asInt()).isZero();

    assertThat(cluster(0, redrive)).contains("sent 1 records of 1 dead letters");
    awaitExamplesAndLetters(2, 2);
    assertThat(cluster(0, redrive)).contains("sent 1 records of 1 dead letters");

    JsonNode report = awaitQuiet();
    assertThat(report.path("holds").asBoolean()).isTrue();
    assertThat(report.path("counts").path("duplicates").asInt()).isEqualTo(1);
    assertThat(report.path("counts").path("events/InEvidence").asInt()).isEqualTo(4);
  }

  @Test
  @Order(7)
  void shouldEraseAPersonAndSayThatStreamsHaveFollowed() {
    JsonNode report = json(cluster(0, "erase", "ann", "--json"));

    assertThat(report.path("subject").asText()).isEqualTo("ann");
    assertThat(report.path("events").asInt()).isEqualTo(1);
    assertThat(report.path("followed").asBoolean()).isTrue();
    awaitExamplesAndLetters(3, 2);
    JsonNode history = awaitQuiet();
    assertThat(history.path("holds").asBoolean()).isTrue();
    assertThat(history.path("counts").path("events/Erased").asInt()).isEqualTo(1);
    assertThat(history.path("counts").path("events/InEvidence").asInt()).isEqualTo(3);
    assertThat(cluster(0, "erase", "ann"))
        .contains("ann  erased: the key is destroyed", "have followed");
  }

  @Test
  @Order(8)
  void shouldSayWhatIsBrokenAndExitSo() throws Exception {
    var alias =
        new PolicyAlias(
            "assistant", PolicyAlias.Alias.CHAMPION, new PolicyVersionId("assistant", 7), START);
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      new EventPublisher(producer)
          .publish(Topics.POLICY_ALIASES, "assistant/CHAMPION", alias)
          .get();
    }

    assertThat(cluster(1, "check"))
        .contains("I6 broken 1 times", "assistant@000007: is called CHAMPION of assistant");
  }

  private static FeedbackEvent vote(String id, String annotator, Answer answer) {
    return new FeedbackEvent(
        id,
        ITEM,
        Annotator.human(annotator),
        "test",
        START.plusSeconds(9),
        null,
        null,
        FeedbackEvent.OVERALL,
        new Statement.Comparison("a", "b", answer));
  }

  private static String id(DeadLetterReason reason) {
    return cluster(0, "dead-letters", "list", "--reason", reason.name(), "--json")
        .lines()
        .map(line -> json(line).path("id").asText())
        .findFirst()
        .orElseThrow();
  }

  /** Reads until streams have written so many. */
  private static void awaitExamplesAndLetters(int examples, int letters) {
    awaitRecords(Topics.EXAMPLES, examples);
    awaitRecords(Topics.DEAD_LETTERS, letters);
  }

  private static void awaitRecords(Topic<String, ?> topic, int count) {
    Instant end = Instant.now().plus(PATIENCE);
    int seen = 0;
    try (var reader = TopicReader.openAtBeginning(clients, "test-reader", topic)) {
      while (seen < count) {
        assertThat(Instant.now()).as("%d records of %s", count, topic.name()).isBefore(end);
        seen += reader.poll(Duration.ofMillis(200)).size();
      }
    }
  }

  /** Checks until streams have read everything. */
  private static JsonNode awaitQuiet() {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      JsonNode report = json(check("--json"));
      if (report.path("counts").path("records_in_flight").asInt() == 0) {
        return report;
      }
      assertThat(Instant.now()).as("streams read everything").isBefore(end);
    }
  }

  private static String check(String... arguments) {
    List<String> all = new ArrayList<>(List.of("check"));
    all.addAll(List.of(arguments));
    return cluster(0, all.toArray(String[]::new));
  }

  /** What a command prints about the cluster. */
  private static String cluster(int code, String... arguments) {
    Outcome outcome = clusterRun(arguments);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    return outcome.out().strip();
  }

  private static Outcome clusterRun(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--data",
            folder.resolve("none").toString(),
            "--set",
            "streams.quorum=3",
            "--set",
            "streams.time_limit=1h"));
    return run(all.toArray(String[]::new));
  }
}
