/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A schema registry that speaks the part of Confluent's interface that clients here use. */
final class FakeSchemaRegistry implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** What a broken registry answers instead. */
  record Reply(int status, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> schemas = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private volatile @Nullable Reply broken;
  private volatile boolean silent;

  FakeSchemaRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Method and path of every request so far. */
  List<String> requests() {
    return requests;
  }

  /** The Authorization header of every request so far; empty where it had none. */
  List<String> logins() {
    return logins;
  }

  List<String> schemas() {
    return schemas;
  }

  /** From now on every answer is this one; null for the right ones again. */
  void breakWith(@Nullable Reply reply) {
    broken = reply;
  }

  /** From now on nothing is answered. */
  void fallSilent() {
    silent = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      String login = exchange.getRequestHeaders().getFirst("Authorization");
      logins.add(login == null ? "" : login);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (silent) {
        closing.await();
      }
      Reply fault = broken;
      Reply reply = fault == null ? reply(exchange.getRequestMethod(), path, body) : fault;
      byte[] text = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply reply(String method, String path, byte[] body) throws IOException {
    if (method.equals("POST") && path.matches("/subjects/[^/]+/versions")) {
      return new Reply(
          200,
          JSON.writeValueAsString(Map.of("id", id(JSON.readTree(body).get("schema").textValue()))));
    }
    if (method.equals("GET") && path.matches("/schemas/ids/\\d+")) {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      return id >= 1 && id <= schemas.size()
          ? new Reply(200, JSON.writeValueAsString(Map.of("schema", schemas.get(id - 1))))
          : new Reply(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    }
    return new Reply(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");
  }

  private synchronized int id(String schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return schemas.indexOf(schema) + 1;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
