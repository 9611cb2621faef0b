/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import dev.plumbline.base.LoopbackPorts;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalCluster;
import dev.plumbline.kafka.LocalCluster.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/** Three brokers in processes of their own; nodes are numbered from 1. */
final class BrokerCluster implements AutoCloseable {
  static final int NODES = 3;

  private final Path folder;
  private final LocalCluster cluster;
  private final List<Host> hosts;
  private final List<ChildProcess> brokers = new ArrayList<>();

  /**
   * Where a broker runs.
   *
   * @param address where it listens
   * @param within the command that reaches its network; empty for this machine's own
   */
  record Host(String address, List<String> within) {
    static final Host LOOPBACK = new Host("127.0.0.1", List.of());
  }

  /** Starts all brokers and waits until they accept clients. */
  BrokerCluster(Path folder, List<Host> hosts) throws IOException {
    this.folder = folder;
    this.hosts = List.copyOf(hosts);
    List<Integer> ports = LoopbackPorts.findFree(2 * NODES);
    cluster =
        new LocalCluster(
            Uuid.randomUuid().toString(),
            IntStream.rangeClosed(1, NODES)
                .mapToObj(
                    node ->
                        new Member(
                            node,
                            hosts.get(node - 1).address(),
                            ports.get(2 * node - 2),
                            ports.get(2 * node - 1)))
                .toList());
    for (int node = 1; node <= NODES; node++) {
      brokers.add(startBroker(node));
    }
    for (ChildProcess broker : brokers) {
      BrokerProcess.awaitReady(broker);
    }
  }

  KafkaClients clients() {
    return new KafkaClients(KafkaConnection.to(cluster.bootstrapServers()));
  }

  ChildProcess broker(int node) {
    return brokers.get(node - 1);
  }

  /** Kills a broker, and starts it again at once. */
  void killAndRestart(int node) throws IOException, InterruptedException {
    broker(node).kill();
    brokers.set(node - 1, startBroker(node));
  }

  @Override
  public void close() {
    brokers.forEach(ChildProcess::close);
  }

  private ChildProcess startBroker(int node) throws IOException {
    return BrokerProcess.start(
        folder.resolve("broker-" + node),
        cluster,
        node,
        hosts.get(node - 1).within(),
        folder.resolve("broker-%d.log".formatted(node)));
  }
}
