/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.gateway.dialect.Json;
import dev.plumbline.gateway.live.LiveFeed;
import dev.plumbline.gateway.live.LiveView;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A gateway on a free port with a door in memory; beats are given by the test. */
final class RunningGateway implements AutoCloseable {
  final InMemoryDoor door = new InMemoryDoor();
  final LiveView view = new LiveView(() -> Records.NOW);
  final LiveFeed feed = new LiveFeed(view);
  final HealthChecks checks = new HealthChecks();
  private final Metrics metrics = Metrics.open(Map.of());
  private final HttpClient client = HttpClient.newHttpClient();
  final GatewayServer server;

  RunningGateway(@Nullable Path apiKeyFile, Duration ackTimeout) {
    server =
        GatewayServer.start(
            new GatewaySettings("127.0.0.1", 0, apiKeyFile, ackTimeout, 0),
            door,
            view,
            feed,
            metrics,
            checks,
            () -> Records.NOW,
            () -> "made-up");
  }

  static RunningGateway start() {
    return new RunningGateway(null, Duration.ofSeconds(20));
  }

  /** An answer with its body read as JSON where it is some. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String text() {
      return response.body();
    }

    JsonNode json() {
      return Json.read(response.body().getBytes(StandardCharsets.UTF_8));
    }

    String at(String pointer) {
      return json().at(pointer).asText();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpClient client() {
    return client;
  }

  Answer get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  Answer post(String path, String body, String... headers) {
    return send(request(path, headers).POST(BodyPublishers.ofString(body)).build());
  }

  Answer send(HttpRequest request) {
    try {
      return new Answer(client.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  @Override
  public void close() {
    server.close();
    client.close();
    metrics.close();
  }
}
