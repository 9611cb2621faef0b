/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges.chat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks the wire format of chat completions as a test wants it to: right, wrong,
 * slow, rate limited, or, between {@link #stop} and {@link #restart}, not at all.
 */
public final class FakeEndpoint implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Conduct conduct;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final List<Request> seen = new CopyOnWriteArrayList<>();
  private final int port;
  private HttpServer server;
  private ExecutorService threads;

  /** How the server behaves. */
  @FunctionalInterface
  public interface Conduct {
    /** What the number-th request gets, counted from 1. */
    Response to(int number, String message);
  }

  /** A request as it came. */
  record Request(JsonNode body, @Nullable String authorization) {}

  /** What is sent back. */
  public record Response(int status, String body, Map<String, String> headers) {
    /** Stands for no answer as long as the server runs. */
    public static final Response NONE = of(0, "");

    /** An answer of the model. */
    public static Response saying(String text) {
      String content = JSON.getNodeFactory().textNode(text).toString();
      return of(
          200,
          """
          {"id": "x", "object": "chat.completion", "choices": [
             {"index": 0, "message": {"role": "assistant", "content": %s}, "finish_reason": "stop"}],
           "usage": {"prompt_tokens": 30, "completion_tokens": 2, "total_tokens": 32}}
          """
              .formatted(content));
    }

    public static Response of(int status, String body) {
      return new Response(status, body, Map.of());
    }

    public static Response tooMany(String retryAfter) {
      return new Response(429, "slow down", Map.of("Retry-After", retryAfter));
    }
  }

  private FakeEndpoint(Conduct conduct) {
    this.conduct = conduct;
    listen(0);
    this.port = server.getAddress().getPort();
  }

  public static FakeEndpoint start(Conduct conduct) {
    return new FakeEndpoint(conduct);
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + port + "/v1";
  }

  public int requests() {
    return requests.get();
  }

  int mostInFlight() {
    return mostInFlight.get();
  }

  List<Request> seen() {
    return seen;
  }

  /** Refuses connections from now on. */
  public void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Takes them again, at the same address. */
  public void restart() {
    listen(port);
  }

  @Override
  public void close() {
    closed.countDown();
    stop();
  }

  private void listen(int wanted) {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      seen.add(new Request(body, exchange.getRequestHeaders().getFirst("Authorization")));
      Response response =
          conduct.to(requests.incrementAndGet(), body.at("/messages/0/content").asText());
      byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
      response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      inFlight.decrementAndGet();
      if (response.equals(Response.NONE)) {
        closed.await();
      }
      exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
