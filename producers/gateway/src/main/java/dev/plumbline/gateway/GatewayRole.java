/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import dev.plumbline.base.PortInUseException;
import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.gateway.live.JudgeReport;
import dev.plumbline.gateway.live.LineageSource;
import dev.plumbline.gateway.live.LiveFeed;
import dev.plumbline.gateway.live.LiveView;
import dev.plumbline.kafka.ClusterHealth;
import dev.plumbline.kafka.EventPublisher;
import dev.plumbline.kafka.FeedbackPublisher;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.sealing.TextOpener;
import dev.plumbline.kafka.sealing.TextSealer;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway as a role of a process: HTTP on one side, the topics on the other. */
public final class GatewayRole implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GatewayRole.class);
  private static final Duration BEAT = Duration.ofMillis(250);
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> parts;
  private final LiveView view;
  private final GatewayServer server;
  private final String host;

  private GatewayRole(
      Deque<AutoCloseable> parts, LiveView view, GatewayServer server, String host) {
    this.parts = parts;
    this.view = view;
    this.server = server;
    this.host = host;
  }

  /**
   * Starts the gateway and returns when it takes requests. The topics must exist.
   *
   * @param layout how topics are divided
   * @param keys the keys of those whose text is taken and shown
   * @param metrics where its meters go, and what {@code /metrics} shows
   * @param checks where its health checks go, and what {@code /health} shows
   * @param clock gives accepted times
   * @throws PortInUseException if the port is taken
   */
  public static GatewayRole start(
      GatewaySettings settings,
      KafkaClients clients,
      TopicLayout layout,
      KeyStore keys,
      Metrics metrics,
      HealthChecks checks,
      InstantSource clock) {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      KafkaProducer<byte[], byte[]> producer =
          clients.producer("plumbline-gateway", settings.ackTimeout());
      parts.push(() -> producer.close(settings.ackTimeout()));
      ClusterHealth cluster = new ClusterHealth(clients, HEALTH_TIMEOUT);
      parts.push(cluster);
      LiveView view = new LiveView(clock);
      LogTail tail =
          LogTail.start(
              clients, new TextOpener(keys, metrics.registry()), view, settings.recentRecords());
      parts.push(tail);
      checks.addReadiness("broker", cluster);
      checks.addReadiness("live-view", tail::health);
      LiveFeed feed = new LiveFeed(view);
      parts.push(beating(feed));
      GatewayServer server =
          GatewayServer.start(
              settings,
              new KafkaDoor(
                  new FeedbackPublisher(
                      new EventPublisher(producer), new TextSealer(keys, metrics.registry())),
                  layout),
              view,
              feed,
              metrics,
              checks,
              clock,
              () -> UUID.randomUUID().toString());
      parts.push(server);
      GatewayRole role = new GatewayRole(parts, view, server, settings.host());
      log.info("gateway ready at {}", role.address());
      return role;
    } catch (RuntimeException e) {
      closeAll(parts);
      throw e;
    }
  }

  /**
   * Shows a judge of this process on the live page; others are shown by what they write.
   *
   * @param report how it does; asked several times a second, by any thread
   */
  public void watchJudge(Supplier<JudgeReport> report) {
    view.watchJudge(report);
  }

  /** Shows where versions come from, on the live page and under {@code /v1/lineage}. */
  public void watchLineage(LineageSource source) {
    view.watchLineage(source);
  }

  /** Returns the port listened on. */
  public int port() {
    return server.port();
  }

  /** Returns where the live page is found. */
  public URI address() {
    return URI.create(
        "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, port()));
  }

  /** Stops taking requests, lets the last ones be acknowledged, and lets go of everything. */
  @Override
  public void close() {
    closeAll(parts);
  }

  private static AutoCloseable beating(LiveFeed feed) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gateway-beat").daemon().factory());
    var unused =
        timer.scheduleWithFixedDelay(feed::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    return timer::shutdownNow;
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        log.warn("a part of the gateway did not stop in good order", e);
      }
    }
  }
}
