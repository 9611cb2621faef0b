/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.LocalCluster;
import dev.plumbline.kafka.LocalCluster.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One broker of a cluster, in a process of its own. */
final class BrokerProcess {
  private static final String READY = "broker ready at ";

  private BrokerProcess() {}

  static ChildProcess start(
      Path folder, LocalCluster cluster, int nodeId, List<String> within, Path output)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.toString());
    arguments.add(Integer.toString(nodeId));
    arguments.add(cluster.clusterId());
    for (Member member : cluster.members()) {
      arguments.add(
          "%d %s %d %d"
              .formatted(member.nodeId(), member.host(), member.port(), member.controllerPort()));
    }
    return ChildProcess.start(within, "384m", output, BrokerProcess.class.getName(), arguments);
  }

  /** Waits until it accepts clients, and says so. */
  static void awaitReady(ChildProcess broker) throws IOException {
    broker.awaitLines(READY, 1);
  }

  /**
   * Runs until its standard input ends, which it does when the parent is gone. Arguments: folder,
   * node id, cluster id, members.
   */
  public static void main(String[] args) throws IOException {
    List<Member> members =
        Arrays.stream(args)
            .skip(3)
            .map(text -> text.split(" "))
            .map(
                parts ->
                    new Member(
                        Integer.parseInt(parts[0]),
                        parts[1],
                        Integer.parseInt(parts[2]),
                        Integer.parseInt(parts[3])))
            .toList();
    var cluster = new LocalCluster(args[2], members);
    try (LocalBroker broker =
        LocalBroker.start(Path.of(args[0]), cluster, Integer.parseInt(args[1]))) {
      System.out.println(READY + broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Input says nothing; only its end counts.
      }
    }
  }
}
