/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.base.DataFolder;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.base.keys.FileKeyStore;
import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.metrics.HealthChecks;
import dev.plumbline.base.metrics.Metrics;
import dev.plumbline.base.metrics.MonitoringServer;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.ClusterHealth;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicProvisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process with one role or several: what they share, and the order in which it all ends.
 * Started and closed by one thread; {@link #finish} may be called by any.
 */
final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** The exit code of a process that was asked to stop: what shells report for Ctrl-C. */
  static final int STOPPED = 130;

  private static final Duration REACHABLE = Duration.ofSeconds(20);
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration GRACE = Duration.ofSeconds(40);

  private final AppSettings settings;
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HealthChecks health = new HealthChecks();
  private final Metrics metrics;
  private final Path folder;
  private final ArtifactStore artifacts;
  private final KeyStore keys;
  private @Nullable KafkaClients clients;
  private final Cluster cluster;

  /**
   * Opens the process's folder.
   *
   * @param cluster what {@link #connect} connects to
   */
  static Node open(AppSettings settings, String name, Cluster cluster) {
    return new Node(settings, name, cluster);
  }

  /** Which cluster a process works with. */
  enum Cluster {
    /** One inside the process; its data is in the process's folder. */
    EMBEDDED,
    /** The one that the settings name. */
    OUTSIDE
  }

  private Node(AppSettings settings, String name, Cluster cluster) {
    this.settings = settings;
    this.cluster = cluster;
    try {
      log.info("settings of {}:\n{}", name, Settings.describe(settings));
      // Roles of one installation share the data folder, but each process locks what is its own.
      Path place =
          switch (cluster) {
            case EMBEDDED -> settings.data();
            case OUTSIDE -> settings.data().resolve("roles").resolve(name);
          };
      this.folder = own(DataFolder.open(place)).path();
      this.artifacts = FileArtifactStore.open(settings.data().resolve("artifacts"));
      this.keys =
          FileKeyStore.open(
              settings.keys(), settings.data(), System.getenv(), InstantSource.system());
      this.metrics = own(Metrics.open(Map.of("application", "plumbline")));
    } catch (IOException e) {
      closeOwned();
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      closeOwned();
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopForSignal, "plumbline-shutdown"));
  }

  /** Reaches the cluster, starting it where it is embedded, and makes sure of its topics. */
  void connect() {
    if (clients == null) {
      reach();
    }
    new TopicProvisioner(clients(), settings.topics()).provision(Topics.ALL);
    health.addReadiness("kafka", own(new ClusterHealth(clients(), HEALTH_TIMEOUT)));
  }

  /** Reaches the cluster, starting it where it is embedded, whatever its topics are like. */
  void reach() {
    KafkaConnection connection =
        switch (cluster) {
          case EMBEDDED ->
              KafkaConnection.to(
                      own(LocalBroker.start(
                              folder.resolve("kafka"), settings.brokerPort(), "broker_port"))
                          .bootstrapServers())
                  .with(settings.kafka().schemaRegistry());
          case OUTSIDE -> settings.kafka().connection();
        };
    clients = new KafkaClients(connection);
    clients.requireReachable(REACHABLE);
  }

  AppSettings settings() {
    return settings;
  }

  Path folder() {
    return folder;
  }

  ArtifactStore artifacts() {
    return artifacts;
  }

  KeyStore keys() {
    return keys;
  }

  /** Clients of the cluster, once it is connected. */
  KafkaClients clients() {
    if (clients == null) {
      throw new IllegalStateException("the cluster is not connected");
    }
    return clients;
  }

  Metrics metrics() {
    return metrics;
  }

  HealthChecks health() {
    return health;
  }

  /** Takes a resource, to be closed before everything taken earlier. */
  <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /** Serves metrics and health of a process without gateway, if a port is set. */
  void serveMonitoring() {
    if (settings.monitoringPort() != null) {
      own(MonitoringServer.start(settings.monitoringPort(), "monitoring_port", metrics, health));
    }
  }

  /** Ends the process with success. */
  void finish() {
    end.complete(0);
  }

  /** Ends the process with a role's failure, should it fail. */
  void endWhenFailed(CompletionStage<?> role) {
    role.whenComplete(
        (unused, failure) -> {
          if (failure != null) {
            end.completeExceptionally(
                failure instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : failure);
          }
        });
  }

  /** Waits until the process is to end, and returns its exit code. */
  int await() {
    try {
      return end.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    try {
      closeOwned();
    } finally {
      closed.countDown();
    }
  }

  private void closeOwned() {
    while (!owned.isEmpty()) {
      AutoCloseable resource = owned.pop();
      try {
        resource.close();
      } catch (Exception e) {
        log.warn("{} did not close cleanly", resource.getClass().getSimpleName(), e);
      }
    }
  }

  /** A signal ends the process only after its roles have stopped in good order. */
  private void stopForSignal() {
    end.complete(STOPPED);
    try {
      if (!closed.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("not everything stopped within {}; the next start recovers the rest", GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
