/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.keys.KeyStore;
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
import java.nio.charset.StandardCharsets;
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

  private static final TopicLayout LAYOUT = new TopicLayout(List.of("assistant"), 2, 1);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void shouldStoreBeforeItAcceptsShowVersionsAndSay503WithoutABroker() throws Exception {
    LocalBroker broker = LocalBroker.startOnFreePort(folder);
    try (Metrics metrics = Metrics.open(Map.of())) {
      KafkaClients clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
      new TopicProvisioner(clients, LAYOUT).provision(Topics.ALL);
      KeyStore keys =
          FileKeyStore.open(folder.resolve("keys"), folder.resolve("kek"), InstantSource.system());
      GatewaySettings settings =
          new GatewaySettings("127.0.0.1", 0, null, Duration.ofSeconds(2), 1000);
      try (GatewayRole gateway =
          GatewayRole.start(
              settings,
              clients,
              LAYOUT,
              keys,
              metrics,
              new HealthChecks(),
              InstantSource.system())) {
        assertThat(get(gateway, "/health/ready").statusCode()).isEqualTo(200);

        assertThat(postVote(gateway, "e1").statusCode()).isEqualTo(202);
        assertThat(feedback(clients)).extracting(FeedbackEvent::eventId).containsExactly("e1");

        publishVersion(clients);
        assertThat(firstVersion(gateway)).contains("assistant@000000");
        assertThat(get(gateway, "/v1/policies").body()).contains("assistant@000000");

        shouldSealWhatIsSomebodysAndRefuseItOnceErased(gateway, clients, keys);

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

  private void shouldSealWhatIsSomebodysAndRefuseItOnceErased(
      GatewayRole gateway, KafkaClients clients, KeyStore keys) throws Exception {
    String prompt = "{'item_id':'i9','policy':'assistant','text':'Am I ill?','subject':'anna'}";
    String correction =
        "{'event_id':'e3','item_id':'i9','annotator':'anna','kind':'correction',"
            + "'candidate_id':'c','text':'I am not ill.','edit_distance_chars':5}";
    String batch = "[%s,%s]".formatted(correction, vote("e4"));
    assertThat(post(gateway, "/v1/prompts", prompt).statusCode()).isEqualTo(202);
    assertThat(post(gateway, "/v1/feedback", batch).body()).contains("\"accepted\":2");

    List<byte[]> stored = new ArrayList<>();
    for (var topic : List.of(Topics.PROMPTS, Topics.FEEDBACK)) {
      try (var reader = TopicReader.openAtBeginning(clients, "test", topic)) {
        reader.readToEnd(Duration.ofSeconds(20), record -> stored.add(record.raw().value()));
      }
    }
    assertThat(stored)
        .hasSize(4)
        .noneMatch(value -> new String(value, StandardCharsets.ISO_8859_1).contains(" ill"));

    keys.destroy("anna");

    HttpResponse<String> gone = post(gateway, "/v1/prompts", prompt);
    assertThat(gone.statusCode()).isEqualTo(410);
    assertThat(gone.body()).contains("subject anna was erased").contains("\"erased\"");
    assertThat(post(gateway, "/v1/feedback", batch).body())
        .contains("\"accepted\":1,\"rejected\":1,\"unavailable\":0");
  }

  private HttpResponse<String> post(GatewayRole gateway, String path, String json)
      throws Exception {
    return http.send(
        request(gateway, path).POST(BodyPublishers.ofString(json.replace('\'', '"'))).build(),
        BodyHandlers.ofString());
  }

  private static String vote(String eventId) {
    return "{'event_id':'%s','item_id':'i1','annotator':'eve','kind':'comparison','candidate_a':'x','candidate_b':'y','answer':'a'}"
        .formatted(eventId);
  }

  private HttpResponse<String> postVote(GatewayRole gateway, String eventId) throws Exception {
    return post(gateway, "/v1/feedback", vote(eventId));
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
