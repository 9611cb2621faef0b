/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static dev.plumbline.gateway.Records.NOW;
import static dev.plumbline.gateway.Records.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.events.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayStreamsTest {
  private final RunningGateway gateway = RunningGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void shouldListPoliciesAndTheirVersionsNewestFirst() {
    for (int number = 0; number < 3; number++) {
      gateway.view.version(NOW, version("assistant", number, Map.of("rewards/margins", 0.5)));
    }

    var policies = gateway.get("/v1/policies");
    var versions = gateway.get("/v1/policies/assistant/versions?limit=2");

    assertThat(policies.text())
        .isEqualTo(
            "{\"policies\":[{\"policy\":\"assistant\",\"head\":\"assistant@000002\","
                + "\"published_at\":\"2026-05-01T12:00:02Z\"}]}");
    assertThat(versions.json().get("versions")).hasSize(2);
    JsonNode newest = versions.json().at("/versions/0");
    assertThat(newest.get("id").textValue()).isEqualTo("assistant@000002");
    assertThat(newest.at("/learned/parent").textValue()).isEqualTo("assistant@000001");
    assertThat(newest.at("/learned/consumed/0/to").intValue()).isEqualTo(30);
    assertThat(newest.at("/learned/metrics").get("rewards/margins").doubleValue()).isEqualTo(0.5);
    assertThat(newest.at("/learned/base/weights_sha256").textValue()).startsWith("0101");
    assertThat(newest.at("/observed/newest_accepted_at").textValue())
        .isEqualTo("2026-05-01T11:59:57.500Z");
  }

  @Test
  void shouldNameUnknownPoliciesAndBadLimits() {
    var unknown = gateway.get("/v1/policies/asistant/versions");
    var limit = gateway.get("/v1/policies/assistant/versions?limit=all");

    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.at("/error/message")).contains("policy \"asistant\" has no version");
    assertThat(limit.status()).isEqualTo(400);
    assertThat(limit.at("/error/message"))
        .isEqualTo("'limit' must be a whole number from 1 to 1000, but was \"all\"");
  }

  @Test
  void shouldStreamVersionsAsTheyAppearAndResumeAfterTheLastSeen() throws Exception {
    gateway.view.version(NOW, version("assistant", 0, Map.of()));
    gateway.view.version(NOW, version("assistant", 1, Map.of()));
    gateway.feed.beat();

    try (Events events = open("/v1/policies/assistant/versions/stream", "Last-Event-ID", "0")) {
      assertThat(events.next("version")).containsEntry("id", "1");

      gateway.view.version(NOW, version("other", 0, Map.of()));
      gateway.view.version(NOW, version("assistant", 2, Map.of()));
      gateway.feed.beat();
      Map<String, String> event = events.next("version");

      assertThat(event).containsEntry("id", "2");
      assertThat(event.get("data")).startsWith("{\"id\":\"assistant@000002\"");
    }
    try (Events events = open("/v1/policies/assistant/versions/stream?after=1")) {
      assertThat(events.next("version")).containsEntry("id", "2");
    }
  }

  @Test
  void shouldStreamTheViewWholeThenWhatChanges() throws Exception {
    gateway.feed.beat();
    try (Events events = open("/v1/live")) {
      List<String> sections = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        sections.add(events.next().get("event"));
      }
      assertThat(sections)
          .containsExactlyInAnyOrder(
              "flow", "said", "waiting", "dead_letters", "judges", "versions", "lineage");

      gateway.view.feedback(NOW, Records.vote("i1", "sim-1", "x", "y", Answer.TIE));
      gateway.feed.beat();

      assertThat(events.next("said").get("data"))
          .contains("\"what\":\"tie\"")
          .contains("\"simulated\":true");
    }
  }

  @Test
  void shouldEndStreamsWhenTheGatewayStops() throws Exception {
    gateway.feed.beat();
    try (Events events = open("/v1/live")) {
      events.next("flow");
      gateway.feed.close();
      assertThat(events.atEnd()).isTrue();
    }
  }

  @Test
  void shouldOfferOpenTasksToAnAnnotator() {
    gateway.view.prompt(NOW, Records.prompt("i1", "How was it?"));
    gateway.view.completion(NOW, Records.completion("i1", "x", "Good."));
    gateway.view.completion(NOW, Records.completion("i1", "y", "Bad."));
    gateway.view.task(NOW, Records.task("i1", "x", "y"));

    JsonNode task = gateway.get("/v1/tasks/open?annotator=eve").json().at("/tasks/0");

    assertThat(task.get("prompt").textValue()).isEqualTo("How was it?");
    assertThat(task.findValuesAsText("candidate_id")).containsExactlyInAnyOrder("x", "y");
    assertThat(task.toString()).doesNotContain("version");
    assertThat(gateway.get("/v1/tasks/open").at("/error/field")).isEqualTo("annotator");
  }

  private Events open(String path, String... headers) throws Exception {
    var response =
        gateway
            .client()
            .send(gateway.request(path, headers).GET().build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return new Events(
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
  }

  /** Server-sent events as they arrive. */
  private record Events(BufferedReader reader) implements AutoCloseable {
    Map<String, String> next(String event) throws IOException {
      Map<String, String> next = next();
      while (!event.equals(next.get("event"))) {
        next = next();
      }
      return next;
    }

    Map<String, String> next() throws IOException {
      Map<String, String> fields = new java.util.HashMap<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isEmpty() && fields.containsKey("event")) {
          return fields;
        }
        int colon = line.indexOf(": ");
        if (colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
      throw new IOException("the stream has ended");
    }

    boolean atEnd() throws IOException {
      String line = reader.readLine();
      while (line != null) {
        line = reader.readLine();
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
