/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plumbline.base.PortInUseException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves {@code /metrics}, {@code /health/live} and {@code /health/ready} on the loopback address,
 * for roles without an HTTP server of their own.
 */
public final class MonitoringServer implements AutoCloseable {

  /** Path of the Prometheus scrape. */
  public static final String METRICS_PATH = "/metrics";

  /** Path of the liveness report. */
  public static final String LIVE_PATH = "/health/live";

  /** Path of the readiness report. */
  public static final String READY_PATH = "/health/ready";

  private final HttpServer server;
  private final ExecutorService executor;

  private MonitoringServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Starts serving.
   *
   * @param port 0 for any free port, see {@link #port}
   * @param setting the setting that chose the port; named in the error
   * @throws PortInUseException when something listens on the port already
   */
  public static MonitoringServer start(
      int port, String setting, Metrics metrics, HealthChecks checks) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (BindException e) {
      throw new PortInUseException(port, setting, e);
    } catch (IOException e) {
      throw new UncheckedIOException("monitoring server on port " + port, e);
    }
    ExecutorService executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "monitoring-server");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer(exchange, metrics, checks);
          }
        });
    server.start();
    return new MonitoringServer(server, executor);
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private static void answer(HttpExchange exchange, Metrics metrics, HealthChecks checks)
      throws IOException {
    if (!exchange.getRequestMethod().equals("GET")) {
      send(exchange, 405, "text/plain", "only GET is answered here\n");
      return;
    }
    switch (exchange.getRequestURI().getPath()) {
      case METRICS_PATH -> send(exchange, 200, Metrics.CONTENT_TYPE, metrics.scrape());
      case LIVE_PATH -> send(exchange, checks.live());
      case READY_PATH -> send(exchange, checks.ready());
      default ->
          send(
              exchange,
              404,
              "text/plain",
              "known here: %s %s %s\n".formatted(METRICS_PATH, LIVE_PATH, READY_PATH));
    }
  }

  private static void send(HttpExchange exchange, HealthReport report) throws IOException {
    send(exchange, report.httpStatus(), HealthReport.CONTENT_TYPE, report.json());
  }

  private static void send(HttpExchange exchange, int status, String contentType, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
