/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.PortInUseException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitoringServerTest {

  private final Metrics metrics = Metrics.open(Map.of("policy", "assistant"));
  private final HealthChecks checks = new HealthChecks();
  private final MonitoringServer server =
      MonitoringServer.start(0, "trainer.monitoring_port", metrics, checks);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    server.close();
    metrics.close();
  }

  @Test
  void shouldServeMetersWithCommonTags() throws Exception {
    metrics.registry().counter("plumbline.examples.learned").increment(3);

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(Metrics.CONTENT_TYPE);
    assertThat(answer.body())
        .contains("plumbline_examples_learned_total{policy=\"assistant\"} 3.0")
        .contains("jvm_memory_used_bytes{", "jvm_threads_live_threads{", "process_cpu_usage{");
  }

  @Test
  void shouldAnswerReadinessWithTheReason() throws Exception {
    AtomicReference<Health> broker = new AtomicReference<>(Health.unhealthy("not reachable"));
    checks.addLiveness("lane", () -> Health.HEALTHY);
    checks.addReadiness("broker", broker::get);

    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> notReady = get("/health/ready");
    assertThat(notReady.statusCode()).isEqualTo(503);
    assertThat(notReady.body())
        .isEqualTo(
            "{\"status\":\"down\",\"checks\":{\"broker\":{\"status\":\"down\",\"reason\":\"not reachable\"},\"lane\":{\"status\":\"up\"}}}");

    broker.set(Health.HEALTHY);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldCallACheckThatThrowsUnhealthy() {
    checks.addLiveness(
        "lane",
        () -> {
          throw new IllegalStateException("fenced");
        });

    assertThat(checks.live().checks())
        .containsEntry(
            "lane", Health.unhealthy("the check failed: java.lang.IllegalStateException: fenced"));
  }

  @Test
  void shouldAnswerUnknownPathsWithTheKnownOnes() throws Exception {
    HttpResponse<String> answer = get("/metric");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("/metrics");
  }

  @Test
  void shouldNamePortAndSettingWhenThePortIsTaken() {
    assertThatThrownBy(
            () -> MonitoringServer.start(server.port(), "trainer.monitoring_port", metrics, checks))
        .isInstanceOf(PortInUseException.class)
        .hasMessage(
            "port %d on 127.0.0.1 is already in use: stop the process that listens there, or choose another port with trainer.monitoring_port",
            server.port());
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
