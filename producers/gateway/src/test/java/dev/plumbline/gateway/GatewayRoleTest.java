/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway on a real broker. */
@Timeout(120)
class GatewayRoleTest {
  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void shouldStoreBeforeItAcceptsShowVersionsAndSay503WithoutABroker() throws Exception {
    LocalBroker broker = LocalBroker.startOnFreePort(folder);
    try (Metrics metrics = Metrics.open(Map.of())) {
      KafkaClients clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
      new TopicProvisioner(clients, new TopicLayout(List.of("assistant"), 2, 1))
          .provision(Topics.ALL);
      GatewaySettings settings =
          new GatewaySettings("127.0.0.1", 0, null, Duration.ofSeconds(2), 1000);
      try (GatewayRole gateway =
          GatewayRole.start(
              settings, clients, metrics, new HealthChecks(), InstantSource.system())) {
        assertThat(get(gateway, "/health/ready").statusCode()).isEqualTo(200);

        assertThat(postVote(gateway, "e1").statusCode()).isEqualTo(202);
        assertThat(feedback(clients)).extracting(FeedbackEvent::eventId).containsExactly("e1");

        publishVersion(clients);
        assertThat(firstVersion(gateway)).contains("assistant@000000");
        assertThat(get(gateway, "/v1/policies").body()).contains("assistant@000000");

        broker.close();
        HttpResponse<String> unavailable = postVote(gateway, "e2");
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.headers().firstValue("Retry-After")).isPresent();
        assertThat(get(gateway, "/health/ready").statusCode()).isEqualTo(503);
      }
    } finally {
      broker.close();
    }
  }

  private HttpResponse<String> postVote(GatewayRole gateway, String eventId) throws Exception {
    return http.send(
        request(gateway, "/v1/feedback")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"event_id": "%s", "item_id": "i1", "annotator": "eve", "kind": "comparison",
                     "candidate_a": "x", "candidate_b": "y", "answer": "a"}"""
                        .formatted(eventId)))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(GatewayRole gateway, String path) throws Exception {
    return http.send(request(gateway, path).GET().build(), BodyHandlers.ofString());
  }

  private String firstVersion(GatewayRole gateway) throws Exception {
    try (var lines =
        http.send(
                request(gateway, "/v1/policies/assistant/versions/stream").GET().build(),
                BodyHandlers.ofLines())
            .body()) {
      return lines.filter(line -> line.startsWith("data: ")).findFirst().orElseThrow();
    }
  }

  private static HttpRequest.Builder request(GatewayRole gateway, String path) {
    URI uri = gateway.address().resolve(path);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
  }

  private static List<FeedbackEvent> feedback(KafkaClients clients) {
    List<FeedbackRecord> records = new ArrayList<>();
    try (var reader = TopicReader.openAtBeginning(clients, "test", Topics.FEEDBACK)) {
      reader.readToEnd(Duration.ofSeconds(20), record -> records.add(record.value().orElseThrow()));
    }
    return records.stream().map(FeedbackEvent.class::cast).toList();
  }

  private static void publishVersion(KafkaClients clients) throws Exception {
    try (var producer = clients.producer("test", Duration.ofSeconds(10))) {
      new EventPublisher(producer)
          .publish(Topics.POLICY_VERSIONS, "assistant", Records.version("assistant", 0, Map.of()))
          .get(20, TimeUnit.SECONDS);
    }
  }
}
