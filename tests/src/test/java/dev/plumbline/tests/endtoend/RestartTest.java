/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.LoopbackPorts;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.trainer.PolicyVersions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} is stopped with Ctrl-C and with kill -9, and goes on each time. */
class RestartTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int FEEDBACK_PER_RUN = 20;

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Set<String> acknowledged = new HashSet<>();

  @Test
  void shouldGoOnFromTheLastVersionAndLoseNothingAcknowledged() throws Exception {
    JsonNode first;
    try (PlumblineProcess run = up()) {
      sendFeedback(run.awaitLivePage(PATIENCE), "interrupted");
      first = run.nextVersion(PATIENCE);
      run.interrupt();
      run.awaitExit(PATIENCE);
    }
    JsonNode second;
    try (PlumblineProcess run = up()) {
      sendFeedback(run.awaitLivePage(PATIENCE), "killed");
      second = run.nextVersion(PATIENCE);
      run.signal("KILL");
      run.awaitExit(PATIENCE);
    }
    JsonNode third;
    try (PlumblineProcess run = up("--exit-after-versions", "1")) {
      third = run.nextVersion(PATIENCE);
      assertThat(run.awaitExit(PATIENCE)).isZero();
    }

    assertThat(first.path("parent").asText()).isEqualTo("assistant@000000");
    assertThat(number(second)).isGreaterThan(number(first));
    assertThat(number(third)).isGreaterThan(number(second));
    checkLog();
  }

  private PlumblineProcess up(String... more) throws IOException {
    int brokerPort = LoopbackPorts.findFree(2).getFirst();
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of(
                "up",
                "--data",
                "data",
                "--port",
                "0",
                "--broker-port",
                Integer.toString(brokerPort),
                "--set",
                "trainer.learning.examples_per_version=16",
                "--set",
                "sampler.examples_per_version=16"));
    arguments.addAll(List.of(more));
    return PlumblineProcess.start(folder, arguments.toArray(String[]::new));
  }

  /** Sends thumbs on a completion that never comes: they wait, and must not be lost. */
  private void sendFeedback(URI gateway, String run) throws IOException, InterruptedException {
    for (int i = 0; i < FEEDBACK_PER_RUN; i++) {
      String eventId = run + "-" + i;
      HttpRequest request =
          HttpRequest.newBuilder(gateway.resolve("/v1/feedback"))
              .header("content-type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"event_id": "%s", "item_id": "item-%d", "kind": "thumbs", "thumb": "up",
                       "annotator": {"id": "tester", "kind": "human"}, "candidate_id": "absent"}
                      """
                          .formatted(eventId, i)))
              .build();
      try {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        acknowledged.add(eventId);
      } catch (ConnectException e) {
        throw new AssertionError("the gateway said where it is but does not answer", e);
      }
    }
  }

  private void checkLog() throws IOException, InterruptedException {
    try (LocalBroker broker = LocalBroker.startOnFreePort(folder.resolve("data/kafka"))) {
      var clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
      Set<String> eventIds = new HashSet<>();
      try (TopicReader<String, FeedbackRecord> feedback =
          TopicReader.openAtBeginning(clients, "check", Topics.FEEDBACK)) {
        feedback.readToEnd(
            PATIENCE,
            record -> {
              if (record.value().orElseThrow() instanceof FeedbackEvent event) {
                eventIds.add(event.eventId());
              }
            });
      }
      assertThat(eventIds).containsAll(acknowledged);
      assertThat(acknowledged).hasSize(2 * FEEDBACK_PER_RUN);
      try (PolicyVersions versions = PolicyVersions.open(clients, "check")) {
        checkChain(versions.of("assistant"));
      }
      HistoryCheck.requireNothingBroken(folder, broker.bootstrapServers());
    }
  }

  private static void checkChain(List<PolicyVersion> chain) {
    assertThat(chain).hasSizeGreaterThan(3);
    for (int i = 1; i < chain.size(); i++) {
      PolicyVersion parent = chain.get(i - 1);
      PolicyVersion child = chain.get(i);
      assertThat(child.id()).isEqualTo(parent.id().next());
      assertThat(child.learned().parent()).isEqualTo(parent.id());
      assertThat(child.learned().consumed().getFirst().from())
          .isEqualTo(parent.learned().consumed().getFirst().to());
    }
  }

  private static int number(JsonNode version) {
    String id = version.path("version").asText();
    return Integer.parseInt(id.substring(id.indexOf('@') + 1));
  }
}
