/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.LoopbackPorts;
import dev.plumbline.base.PortInUseException;
import dev.plumbline.kafka.LocalCluster.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its KRaft controller inside this process: a cluster of its own on the
 * loopback address, or one of several that form a {@link LocalCluster}.
 *
 * <p>Alone, it forces every batch to disk before it is acknowledged, in all topics, so that what
 * was acknowledged survives a killed process and a power cut, and derived records never outlive
 * their source. One of several has written what it acknowledged to a second broker's memory at
 * least: that survives the kill of any one process. A folder that was used before is used again;
 * after a kill the broker is back within a few seconds, because its dead session expires quickly.
 *
 * <p>When its disk fails, Kafka halts the whole process rather than go on without its log.
 *
 * <p>This is the only class that touches the server's internal classes, which carry no promise of
 * compatibility between Kafka releases.
 */
public final class LocalBroker implements AutoCloseable {

  /** The port that Kafka clients expect; the controller takes the next one. */
  public static final int DEFAULT_PORT = 9092;

  private static final Logger log = LoggerFactory.getLogger(LocalBroker.class);
  private static final String CONTROLLER = "CONTROLLER";
  private static final String HOST = "127.0.0.1";
  private static final int ONLY_NODE = 1;
  private static final int FREE_PORT_ATTEMPTS = 3;
  private static final List<String> INTERNAL_TOPICS =
      List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic");

  private final KafkaRaftServer server;
  private final Member self;

  private LocalBroker(KafkaRaftServer server, Member self) {
    this.server = server;
    this.self = self;
  }

  /**
   * Starts a broker and returns when it accepts clients.
   *
   * @param folder where its logs live; formatted when new, owned by the caller's process
   * @param port where clients connect; {@code port + 1} is taken for the controller
   * @param setting the setting that chose the port; named when the port is taken
   * @throws PortInUseException when either port is taken
   */
  public static LocalBroker start(Path folder, int port, String setting) {
    LoopbackPorts.requireFree(port, setting);
    LoopbackPorts.requireFree(port + 1, setting);
    return start(folder, port, port + 1);
  }

  /** Starts a broker on ports that happen to be free; see {@link #bootstrapServers}. */
  public static LocalBroker startOnFreePort(Path folder) {
    for (int attempt = 1; ; attempt++) {
      List<Integer> ports = LoopbackPorts.findFree(2);
      try {
        return start(folder, ports.getFirst(), ports.getLast());
      } catch (RuntimeException e) {
        if (attempt == FREE_PORT_ATTEMPTS) {
          throw e;
        }
        log.warn("ports {} were taken in the meantime, trying others", ports, e);
      }
    }
  }

  /**
   * Starts one broker of several and returns when it accepts clients, which takes a majority of the
   * members. Topics have as many replicas as there are members, and of three or more, two must have
   * a record before it is acknowledged.
   *
   * @param folder where its logs live; formatted when new, owned by the caller's process
   */
  public static LocalBroker start(Path folder, LocalCluster cluster, int nodeId) {
    Map<String, String> properties = properties(folder, cluster, cluster.member(nodeId));
    configureReplicas(properties, cluster.members().size());
    return start(cluster, nodeId, properties);
  }

  /** Where clients connect: {@code host:port}. */
  public String bootstrapServers() {
    return self.address();
  }

  /** The port that clients connect to. */
  public int port() {
    return self.port();
  }

  /** Stops in good order; what was acknowledged stays in the folder. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static LocalBroker start(Path folder, int port, int controllerPort) {
    var cluster =
        new LocalCluster(
            Uuid.randomUuid().toString(),
            List.of(new Member(ONLY_NODE, HOST, port, controllerPort)));
    Map<String, String> properties = properties(folder, cluster, cluster.member(ONLY_NODE));
    configureAlone(properties);
    return start(cluster, ONLY_NODE, properties);
  }

  private static LocalBroker start(
      LocalCluster cluster, int nodeId, Map<String, String> properties) {
    KafkaConfig config = new KafkaConfig(properties, false);
    Path logs = Path.of(properties.get("log.dir"));
    formatIfNew(logs, cluster.clusterId(), config);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
    Member self = cluster.member(nodeId);
    log.info("broker ready at {}, data in {}", self.address(), logs);
    return new LocalBroker(server, self);
  }

  private static void formatIfNew(Path logs, String clusterId, KafkaConfig config) {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    try {
      Files.createDirectories(logs);
      new Formatter()
          .setPrintStream(new PrintStream(report, true, StandardCharsets.UTF_8))
          .setClusterId(clusterId)
          .setNodeId(config.nodeId())
          .addDirectory(logs.toString())
          .setMetadataLogDirectory(config.metadataLogDir())
          .setControllerListenerName(CONTROLLER)
          .run();
    } catch (IOException e) {
      throw new UncheckedIOException("broker folder %s can't be written".formatted(logs), e);
    } catch (Exception e) {
      throw new IllegalStateException(
          "broker folder %s can't be formatted: %s"
              .formatted(logs, report.toString(StandardCharsets.UTF_8)),
          e);
    }
  }

  private static Map<String, String> properties(Path folder, LocalCluster cluster, Member self) {
    Map<String, String> config = new HashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", Integer.toString(self.nodeId()));
    config.put(
        "controller.quorum.voters",
        cluster.members().stream()
            .map(each -> "%d@%s:%d".formatted(each.nodeId(), each.host(), each.controllerPort()))
            .collect(Collectors.joining(",")));
    config.put(
        "listeners",
        "PLAINTEXT://%s,%s://%s:%d"
            .formatted(self.address(), CONTROLLER, self.host(), self.controllerPort()));
    config.put("advertised.listeners", "PLAINTEXT://" + self.address());
    config.put("controller.listener.names", CONTROLLER);
    config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("log.dir", folder.toAbsolutePath().normalize().toString());

    // Nothing is ever deleted unless its topic says so.
    config.put("log.retention.ms", "-1");
    config.put("log.retention.bytes", "-1");
    config.put("offsets.retention.minutes", "5256000");
    config.put("auto.create.topics.enable", "false");

    // Few clients to spread over partitions.
    INTERNAL_TOPICS.forEach(internal -> config.put(internal + ".num.partitions", "4"));

    // Come back quickly: an open transaction or a lost member is noticed in seconds.
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("group.streams.initial.rebalance.delay.ms", "0");
    config.put("group.min.session.timeout.ms", "1500");
    config.put("transaction.max.timeout.ms", "60000");
    config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    // Small: this process, or this machine, has other work to do.
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("background.threads", "2");
    config.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    return config;
  }

  private static void configureAlone(Map<String, String> config) {
    config.put("log.flush.interval.messages", "1");
    INTERNAL_TOPICS.forEach(internal -> config.put(internal + ".replication.factor", "1"));
    config.put("transaction.state.log.min.isr", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");
    config.put("broker.session.timeout.ms", "2500");
    config.put("broker.heartbeat.interval.ms", "400");
  }

  /** The others take over from a dead member within seconds. */
  private static void configureReplicas(Map<String, String> config, int members) {
    String replicas = Integer.toString(members);
    String inSync = members > 2 ? "2" : "1";
    INTERNAL_TOPICS.forEach(internal -> config.put(internal + ".replication.factor", replicas));
    config.put("default.replication.factor", replicas);
    config.put("transaction.state.log.min.isr", inSync);
    config.put("share.coordinator.state.topic.min.isr", inSync);
    config.put("min.insync.replicas", inSync);
    config.put("broker.session.timeout.ms", "3000");
    config.put("broker.heartbeat.interval.ms", "500");
    config.put("controller.quorum.election.timeout.ms", "1000");
    config.put("controller.quorum.fetch.timeout.ms", "2000");
    config.put("replica.lag.time.max.ms", "5000");
  }
}
