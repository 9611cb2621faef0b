/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Topics;
import dev.plumbline.gateway.GatewayRole;
import dev.plumbline.gateway.GatewaySettings;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.streams.KindSettings;
import dev.plumbline.streams.StreamsRole;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.TrustSettings;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad input from the HTTP door to the topics: each finds its clear error, and what is good beside
 * it becomes an example. The last test leaves a record that stops the streams.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant"), 2, 1);
  private static final Duration REFERENCE_WAIT = Duration.ofSeconds(1);
  private static final StreamsSettings STREAMS =
      new StreamsSettings(
          "test-streams",
          1,
          1,
          1,
          1,
          Duration.ofHours(1),
          REFERENCE_WAIT,
          Duration.ofMillis(50),
          KindSettings.DEFAULT,
          TrustSettings.DEFAULT);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static LocalBroker broker;
  private static KafkaClients clients;
  private static Metrics metrics;
  private static StreamsRole streams;
  private static GatewayRole gateway;
  private static TopicReader<String, ExampleRecord> exampleReader;
  private static TopicReader<String, DeadLetter> deadLetterReader;

  private static final List<PreferencePair> PAIRS = new ArrayList<>();
  private static final List<DeadLetter> DEAD_LETTERS = new ArrayList<>();

  @BeforeAll
  static void start() {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);
    metrics = Metrics.open(Map.of());
    var health = new HealthChecks();
    streams =
        StreamsRole.start(
            STREAMS, LAYOUT, clients.connection(), folder.resolve("streams"), metrics.registry());
    health.addLiveness("streams", streams::live);
    gateway =
        GatewayRole.start(
            new GatewaySettings("127.0.0.1", 0, null, Duration.ofSeconds(10), 0),
            clients,
            LAYOUT,
            FileKeyStore.open(
                folder.resolve("keys"), folder.resolve("kek"), InstantSource.system()),
            metrics,
            health,
            InstantSource.system());
    exampleReader = TopicReader.openAtBeginning(clients, "test-examples", Topics.EXAMPLES);
    deadLetterReader =
        TopicReader.openAtBeginning(clients, "test-dead-letters", Topics.DEAD_LETTERS);
  }

  @AfterAll
  static void stop() {
    deadLetterReader.close();
    exampleReader.close();
    gateway.close();
    streams.close();
    metrics.close();
    broker.close();
  }

  @Test
  @Order(1)
  void shouldRefuseAtTheDoorAndKeepWhatIsGoodBesideIt() throws Exception {
    offer("door", "x", "y");
    String good = vote("door", "good", "eve", "x", "y", "a");

    assertRefused("{\"kind\": comparison}", 400, "not_json", "no JSON text at line 1, column");
    assertRefused(
        good.replace("\"comparison\"", "\"comparisson\""),
        400,
        "unknown_kind",
        "did you mean 'comparison'?");
    assertRefused(
        good.replace("\"answer\"", "\"anwser\""),
        400,
        "missing_field",
        "'answer' is missing (is it meant by 'anwser'?)");
    assertRefused(good.replace("\"y\"", "\"x\""), 400, "self_comparison", "both are \"x\"");
    String large = "{\"kind\": \"comparison\", \"source\": \"" + "s".repeat(2_000_000) + "\"}";
    assertRefused(large, 413, "too_large", "at most 1000000 bytes, but this one has 200");

    JsonNode batch =
        accepted("/v1/feedback", "[%s, %s]".formatted(good.replace("\"y\"", "\"x\""), good), 207);
    assertThat(batch.findValuesAsText("status")).containsExactly("rejected", "accepted");
    PreferencePair pair = awaitPair("door", "good");
    assertThat(pair.probABetterPpm()).isEqualTo(1_000_000);
    assertThat(eventIds("door")).containsExactly("good");
  }

  @Test
  @Order(2)
  void shouldSetAsideAVoteOnAnAbsentCandidateThenTakeItUpWhenTheCandidateArrives()
      throws Exception {
    prompt("absent");
    completion("absent", "x");
    String vote = vote("absent", "early", "eve", "x", "late", "b");
    JsonNode answer = accepted("/v1/feedback", vote, 202);

    DeadLetter letter = awaitDeadLetter("early", DeadLetterReason.UNKNOWN_CANDIDATE);
    assertThat(letter.detail())
        .isEqualTo(
            "candidate late of item absent did not arrive within 1s of accepted time; the vote is taken up again once it does");
    assertThat(letter.acceptedAt()).isEqualTo(Instant.parse(answer.get("accepted_at").asText()));
    assertOrigin(letter, "absent");
    assertThat(Topics.FEEDBACK.value().decode(letter.original().toArray()))
        .isInstanceOfSatisfying(
            FeedbackEvent.class, event -> assertThat(event.eventId()).isEqualTo("early"));

    completion("absent", "late");

    PreferencePair pair = awaitPair("absent", "early");
    assertThat(pair.chosen().candidateId()).isEqualTo("late");
  }

  @Test
  @Order(3)
  void shouldCountACopyOnceAndSetAsideOtherContentUnderAKnownId() throws Exception {
    offer("again", "x", "y");
    offer("other", "x", "y");
    String vote = vote("again", "e1", "eve", "x", "y", "a");
    accepted("/v1/feedback", vote, 202);
    awaitPair("again", "e1");

    accepted("/v1/feedback", vote, 202);
    accepted("/v1/feedback", vote.replace("\"a\"", "\"b\""), 202);
    accepted("/v1/feedback", vote("other", "e1", "eve", "x", "y", "b"), 202);
    accepted("/v1/feedback", vote("again", "e2", "bob", "x", "y", "b"), 202);

    DeadLetter letter = awaitDeadLetter("e1", DeadLetterReason.CONFLICTING_DUPLICATE);
    assertOrigin(letter, "again");
    assertThat(awaitPair("other", "e1").chosen().candidateId()).isEqualTo("y");
    PreferencePair both = awaitPair("again", "e1", "e2");
    assertThat(both.revision()).as("neither the copy nor the conflict made one").isEqualTo(2);
    assertThat(both.belief()).isEqualTo(0.5);
    assertThat(
            metrics
                .registry()
                .get("plumbline.streams.duplicates")
                .tag("topic", "feedback")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  @Order(4)
  void shouldOrderAClockAYearAheadByTheTimeOfAcceptance() throws Exception {
    offer("ahead", "x", "y");
    Instant nextYear = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(365, ChronoUnit.DAYS);

    JsonNode answer =
        accepted(
            "/v1/feedback",
            vote("ahead", "claimed", "eve", "x", "y", "a")
                .replace("\"kind\"", "\"claimed_at\": \"%s\", \"kind\"".formatted(nextYear)),
            202);
    accepted("/v1/feedback", vote("ahead", "second", "eve", "x", "y", "b"), 202);

    assertThat(answer.at("/warnings/0").asText())
        .contains("claimed_at " + nextYear, "lies 364d23h59m", "ahead of the clock here");
    assertThat(Instant.parse(answer.get("accepted_at").asText())).isBefore(nextYear);
    assertThat(awaitPair("ahead", "second").chosen().candidateId()).isEqualTo("y");
  }

  @Test
  @Order(5)
  void shouldSetAsideBytesThatAreNoAvroWholeAndGoOn() throws Exception {
    offer("bytes", "x", "y");
    byte[] bytes = "{\"answer\": \"A\"}".getBytes(UTF_8);

    RecordMetadata place = send("bytes", bytes);
    accepted("/v1/feedback", vote("bytes", "after", "eve", "x", "y", "a"), 202);

    DeadLetter letter =
        await(
            "the dead letter of " + place,
            () ->
                DEAD_LETTERS.stream()
                    .filter(l -> l.partition() == place.partition() && l.offset() == place.offset())
                    .findFirst());
    assertThat(letter.reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
    assertThat(letter.detail()).contains("Avro single-object encoding (c3 01 ...)");
    assertThat(letter.original().toArray()).isEqualTo(bytes);
    assertThat(letter.eventId()).isNull();
    assertOrigin(letter, "bytes");
    awaitPair("bytes", "after");
  }

  @Test
  @Order(6)
  void shouldStopLoudlyAtAnUnknownSchemaAndStillTakeFeedback() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    byte[] bytes = lastFeedback("bytes");
    bytes[5] ^= 1;
    int deadLettersBefore = DEAD_LETTERS.size();

    send("bytes", bytes);

    HttpResponse<String> health =
        await(
            "streams that are not live",
            () -> Optional.of(get("/health/live")).filter(answer -> answer.statusCode() == 503));
    assertThat(health.body())
        .contains("streams stopped", "schema fingerprint", "upgrade this reader");
    accepted("/v1/feedback", vote("bytes", "meanwhile", "eve", "x", "y", "b"), 202);
    assertThat(eventIds("bytes")).containsExactly("after", "meanwhile");
    assertThat(DEAD_LETTERS).hasSize(deadLettersBefore);
  }

  private static void offer(String item, String... completions) throws Exception {
    prompt(item);
    for (String completion : completions) {
      completion(item, completion);
    }
  }

  private static void prompt(String item) throws Exception {
    accepted(
        "/v1/prompts",
        """
        {"item_id": "%s", "policy": "assistant", "text": "How was it?"}"""
            .formatted(item),
        202);
  }

  private static void completion(String item, String completion) throws Exception {
    accepted(
        "/v1/completions",
        """
        {"item_id": "%s", "completion_id": "%s", "text": "It was %s."}"""
            .formatted(item, completion, completion),
        202);
  }

  private static String vote(
      String item, String eventId, String annotator, String a, String b, String answer) {
    return """
        {"event_id": "%s", "item_id": "%s", "annotator": "%s", "kind": "comparison",
         "candidate_a": "%s", "candidate_b": "%s", "answer": "%s"}"""
        .formatted(eventId, item, annotator, a, b, answer);
  }

  private static JsonNode accepted(String path, String body, int status) throws Exception {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static void assertRefused(String body, int status, String code, String message)
      throws Exception {
    HttpResponse<String> answer = post("/v1/feedback", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = JSON.readTree(answer.body()).get("error");
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("message").asText()).contains(message);
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return HTTP.send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(request(path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.address().resolve(path)).timeout(PATIENCE);
  }

  /** Past the door: bytes under the item's own key. */
  private static RecordMetadata send(String item, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = clients.producer("test", PATIENCE)) {
      return producer
          .send(new ProducerRecord<>(Topics.FEEDBACK.name(), item.getBytes(UTF_8), value))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static List<String> eventIds(String item) {
    return feedback(item).stream().map(FeedbackEvent::eventId).toList();
  }

  private static byte[] lastFeedback(String item) {
    return Topics.FEEDBACK.value().encode(feedback(item).getLast());
  }

  /** What the log holds about an item, undecodable bytes passed over. */
  private static List<FeedbackEvent> feedback(String item) {
    List<FeedbackEvent> events = new ArrayList<>();
    try (TopicReader<String, FeedbackRecord> reader =
        TopicReader.openAtBeginning(clients, "test-feedback", Topics.FEEDBACK)) {
      reader.readToEnd(
          PATIENCE,
          record -> {
            if (record.header("ce_id").isPresent()
                && record.value().orElseThrow() instanceof FeedbackEvent event
                && event.itemId().equals(item)) {
              events.add(event);
            }
          });
    }
    return events;
  }

  private static void assertOrigin(DeadLetter letter, String item) {
    assertThat(letter.topic()).isEqualTo("feedback");
    assertThat(letter.partition()).isEqualTo(LAYOUT.partitionOf(item));
    assertThat(letter.key()).isNotNull();
    assertThat(letter.key().toArray()).asString(UTF_8).isEqualTo(item);
  }

  private static PreferencePair awaitPair(String item, String... evidence) throws Exception {
    return await(
        "a pair of %s resting on %s".formatted(item, List.of(evidence)),
        () ->
            PAIRS.stream()
                .filter(pair -> pair.itemId().equals(item))
                .filter(pair -> pair.evidence().eventIds().equals(List.of(evidence)))
                .findFirst());
  }

  private static DeadLetter awaitDeadLetter(String eventId, DeadLetterReason reason)
      throws Exception {
    return await(
        "a dead letter of %s, %s".formatted(eventId, reason),
        () ->
            DEAD_LETTERS.stream()
                .filter(letter -> eventId.equals(letter.eventId()) && letter.reason() == reason)
                .findFirst());
  }

  /** Reads what streams write until it holds what is looked for, or as long as patience lasts. */
  private static <T> T await(String what, Callable<Optional<T>> search) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    Optional<T> found = search.call();
    while (found.isEmpty() && Instant.now().isBefore(end)) {
      for (var record : exampleReader.poll(POLL)) {
        PAIRS.add((PreferencePair) record.value().orElseThrow());
      }
      deadLetterReader.poll(POLL).forEach(record -> DEAD_LETTERS.add(record.value().orElseThrow()));
      found = search.call();
    }
    assertThat(found)
        .as("%s; seen were the pairs %s and the dead letters %s", what, PAIRS, DEAD_LETTERS)
        .isPresent();
    return found.orElseThrow();
  }
}
