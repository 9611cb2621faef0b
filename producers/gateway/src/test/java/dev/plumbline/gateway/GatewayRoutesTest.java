/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.PortInUseException;
import dev.plumbline.base.metrics.Health;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.PolicyVersionId;
import dev.plumbline.events.Statement;
import dev.plumbline.gateway.live.LineageSource;
import dev.plumbline.gateway.live.Section;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayRoutesTest {
  private static final String EVENT =
      """
      {"event_id": "%s", "item_id": "i1", "annotator": "eve", "kind": "comparison",
       "candidate_a": "x", "candidate_b": "y", "answer": "a"}""";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void acknowledgeEverything() {
    gateway.door.records.clear();
    gateway.door.acknowledgement = () -> CompletableFuture.completedFuture(null);
  }

  @Test
  void shouldAcceptOneEventAndReturnItsIdentity() {
    var answer = gateway.post("/v1/feedback", EVENT.formatted("e1"));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.text())
        .isEqualTo(
            "{\"event_id\":\"e1\",\"item_id\":\"i1\",\"status\":\"accepted\","
                + "\"accepted_at\":\"2026-05-01T12:00:00Z\",\"warnings\":[]}");
    assertThat(gateway.door.records)
        .singleElement()
        .isInstanceOfSatisfying(
            FeedbackEvent.class,
            event -> assertThat(event.statement()).isInstanceOf(Statement.Comparison.class));
  }

  @Test
  void shouldUseTheIdempotencyKeyAsEventId() {
    String withoutId = EVENT.replace("\"event_id\": \"%s\",", "");

    assertThat(gateway.post("/v1/feedback", withoutId, "Idempotency-Key", "k1").at("/event_id"))
        .isEqualTo("k1");
    assertThat(gateway.post("/v1/feedback", withoutId).at("/event_id")).isEqualTo("made-up");
    assertThat(gateway.post("/v1/feedback", "[]", "Idempotency-Key", "k1").status()).isEqualTo(400);
    assertThat(
            gateway
                .post("/v1/feedback", withoutId, "Idempotency-Key", "k".repeat(201))
                .at("/error/message"))
        .contains("Idempotency-Key must be 1 to 200 characters");
  }

  @Test
  void shouldRefuseABadEventAndHandNothingOn() {
    var answer = gateway.post("/v1/feedback", EVENT.formatted("e1").replace("\"x\"", "\"y\""));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/error/code")).isEqualTo("self_comparison");
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(gateway.post("/v1/feedback", "{\"kind\": ").at("/error/code")).isEqualTo("not_json");
    assertThat(gateway.post("/v1/feedback", "\"text\"").at("/error/code")).isEqualTo("wrong_type");
    assertThat(gateway.door.records).isEmpty();
  }

  @Test
  void shouldAnswerABatchItemByItem() {
    var answer =
        gateway.post(
            "/v1/feedback",
            "[%s, {\"kind\": \"nonsense\"}, 7, %s]"
                .formatted(EVENT.formatted("e1"), EVENT.formatted("e2")));

    assertThat(answer.status()).isEqualTo(207);
    assertThat(answer.json().get("results").findValuesAsText("status"))
        .containsExactly("accepted", "rejected", "rejected", "accepted");
    assertThat(answer.at("/accepted")).isEqualTo("2");
    assertThat(answer.at("/results/1/error/code")).isEqualTo("unknown_kind");
    assertThat(answer.at("/results/2/error/code")).isEqualTo("wrong_type");
    assertThat(answer.at("/results/3/index")).isEqualTo("3");
    assertThat(gateway.door.records).hasSize(2);
    assertThat(gateway.post("/v1/feedback", "{\"events\": [%s]}".formatted(EVENT)).status())
        .isEqualTo(207);
    assertThat(gateway.post("/v1/feedback", "{\"events\": 3}").at("/error/field"))
        .isEqualTo("events");
  }

  @Test
  void shouldAnswer503WithRetryAfterWhenTheBrokerDoesNotTakeIt() {
    gateway.door.acknowledgement =
        () -> CompletableFuture.failedFuture(new IOException("buffer is full"));

    var single = gateway.post("/v1/feedback", EVENT.formatted("e1"));
    var batch =
        gateway.post(
            "/v1/feedback", "[%s, %s, 7]".formatted(EVENT.formatted("e2"), EVENT.formatted("e3")));

    assertThat(single.status()).isEqualTo(503);
    assertThat(single.header("Retry-After")).isEqualTo("2");
    assertThat(single.at("/error/message")).contains("buffer is full");
    assertThat(batch.status()).isEqualTo(503);
    assertThat(batch.header("Retry-After")).isEqualTo("2");
    assertThat(batch.json().get("results").findValuesAsText("status"))
        .containsExactly("unavailable", "unavailable", "rejected");
    assertThat(gateway.door.records).as("a door that failed is not tried again").hasSize(2);
  }

  @Test
  void shouldNotWaitForTheBrokerForever() {
    try (RunningGateway hasty = new RunningGateway(null, Duration.ofMillis(100))) {
      hasty.door.acknowledgement = CompletableFuture::new;

      var answer =
          hasty.post(
              "/v1/feedback", "[%s, %s]".formatted(EVENT.formatted("e1"), EVENT.formatted("e2")));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.at("/results/1/error/message"))
          .contains("the broker did not acknowledge within 100 ms");
    }
  }

  @Test
  void shouldServeLineagesOfASourceAndOnlyThose() {
    gateway.view.watchLineage(
        new LineageSource() {
          @Override
          public List<?> versions() {
            return List.of(Map.of("id", "p@000001"));
          }

          @Override
          public Optional<?> version(PolicyVersionId id) {
            return id.number() == 1 ? Optional.of(Map.of("of", id)) : Optional.empty();
          }

          @Override
          public Optional<?> ofEvent(String eventId) {
            return Optional.of(Map.of("event", eventId));
          }

          @Override
          public Optional<?> ofAnnotator(String annotatorId) {
            return Optional.of(Map.of("annotator", annotatorId));
          }
        });

    assertThat(gateway.get("/v1/lineage/versions/p@000001").at("/of")).isEqualTo("p@000001");
    assertThat(gateway.get("/v1/lineage/events/e%2F1").at("/event")).isEqualTo("e/1");
    assertThat(gateway.get("/v1/lineage/annotators/ann").at("/annotator")).isEqualTo("ann");
    assertThat(gateway.get("/v1/lineage/versions/p@000002").status()).isEqualTo(404);
    assertThat(gateway.get("/v1/lineage/versions/p-2").status()).isEqualTo(400);
    assertThat(gateway.view.section(Section.LINEAGE)).isEqualTo(List.of(Map.of("id", "p@000001")));
  }

  @Test
  void shouldAcceptPromptsCompletionsAndTasks() {
    assertThat(gateway.post("/v1/prompts", "{\"policy\": \"p\", \"text\": \"Hi?\"}").text())
        .startsWith("{\"item_id\":\"made-up\",\"status\":\"accepted\"");
    assertThat(
            gateway
                .post("/v1/completions", "{\"item_id\": \"i\", \"text\": \"Hi.\"}")
                .at("/completion_id"))
        .isEqualTo("made-up");
    assertThat(
            gateway
                .post(
                    "/v1/tasks",
                    "{\"item_id\": \"i\", \"policy\": \"p\", \"candidates\": [\"x\", \"y\"]}")
                .at("/task_id"))
        .isEqualTo("made-up");
    assertThat(gateway.post("/v1/prompts", "{\"text\": \"Hi?\"}").at("/error/field"))
        .isEqualTo("policy");
    assertThat(gateway.door.records).hasSize(3);
  }

  @Test
  void shouldRefuseABodyOfTwoMegabytesNamingItsSizeAndTheLimit() {
    String large = "{\"policy\": \"p\", \"text\": \"" + "x".repeat(2_000_000) + "\"}";

    var answer = gateway.post("/v1/prompts", large);
    var chunked =
        gateway.send(
            gateway
                .request("/v1/prompts")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))))
                .build());

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.at("/error/message"))
        .isEqualTo(
            "a body has at most 1000000 bytes, but this one has 2000027: send it in several"
                + " requests; nothing of it was taken");
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(gateway.door.records).isEmpty();
    assertThat(gateway.post("/v1/feedback", EVENT.formatted("after")).status()).isEqualTo(202);
  }

  @Test
  void shouldLetOnlyItsOwnPagesWrite() {
    String own = gateway.uri("").toString();

    assertThat(gateway.post("/v1/feedback", EVENT, "Origin", own).status()).isEqualTo(202);
    assertThat(gateway.post("/v1/feedback", EVENT, "Origin", "null").status()).isEqualTo(403);
    var foreign = gateway.post("/v1/feedback", EVENT, "Origin", "https://evil.example");
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.at("/error/message"))
        .isEqualTo(
            "pages of https://evil.example may not write here, only those of 127.0.0.1:"
                + gateway.server.port());
    assertThat(gateway.door.records).hasSize(1);
  }

  @Test
  void shouldAnswerToNoForeignHostName() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET /v1/policies HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.UTF_8));
      out.flush();

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403")
          .contains("answers to localhost only");
    }
  }

  @Test
  void shouldServeThePagesToThisSiteOnly() {
    for (String page : new String[] {"/", "/vote"}) {
      var answer = gateway.get(page);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).startsWith("text/html");
      assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'self'");
      assertThat(answer.text()).doesNotContain("http://", "https://", "<style", "onclick");
    }
    var style = gateway.get("/page/style.css");
    assertThat(style.header("Content-Type")).startsWith("text/css");
    assertThat(gateway.get("/page/style.css", "If-None-Match", style.header("ETag")).status())
        .isEqualTo(304);
    assertThat(gateway.get("/page/../GatewayRole.class").status()).isEqualTo(404);
  }

  @Test
  void shouldSayWhatItDoesNotKnow() {
    assertThat(gateway.get("/v1/feedbacks").at("/error/message"))
        .isEqualTo("nothing is known under /v1/feedbacks; /openapi.yaml has all paths");
    var wrongMethod = gateway.get("/v1/feedback");
    assertThat(wrongMethod.status()).isEqualTo(405);
    assertThat(wrongMethod.at("/error/code")).isEqualTo("method_not_allowed");
    assertThat(gateway.get("/page/none.js").at("/error/message"))
        .isEqualTo("the page has no file \"/page/none.js\"");
  }

  @Test
  void shouldReportMetricsAndHealth() {
    gateway.get("/v1/policies");
    gateway.post("/v1/feedback", EVENT);

    assertThat(gateway.get("/metrics").text())
        .contains("plumbline_gateway_requests_seconds_count")
        .containsPattern("plumbline_gateway_feedback_total\\{status=\"accepted\"} [1-9]")
        .contains("route=\"/v1/policies\"");
    assertThat(gateway.get("/health/live").status()).isEqualTo(200);
    gateway.checks.addReadiness("broker", () -> Health.unhealthy("gone fishing"));
    var ready = gateway.get("/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.text()).contains("gone fishing");
  }

  @Test
  void shouldNameThePortAndItsSettingWhenThePortIsTaken() {
    GatewaySettings taken =
        new GatewaySettings("127.0.0.1", gateway.server.port(), null, Duration.ofSeconds(1), 0);

    try (Metrics metrics = Metrics.open(Map.of())) {
      assertThatThrownBy(
              () ->
                  GatewayServer.start(
                      taken,
                      gateway.door,
                      gateway.view,
                      gateway.feed,
                      metrics,
                      new HealthChecks(),
                      () -> Records.NOW,
                      () -> "made-up"))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining(Integer.toString(gateway.server.port()))
          .hasMessageContaining("gateway.port");
    }
  }
}
