/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Which {@link LocalBroker}s make one cluster, in the same words for each of them: the same id and
 * the same members, all of which vote.
 *
 * @param clusterId a Kafka uuid, written into the folder of every member
 * @param members at least one, with different node ids
 */
public record LocalCluster(String clusterId, List<Member> members) {

  /**
   * One broker of the cluster.
   *
   * @param nodeId from 1
   * @param host address of an interface of its machine; where it listens and is found
   * @param port where clients connect
   * @param controllerPort where the other members' controllers connect
   */
  public record Member(int nodeId, String host, int port, int controllerPort) {
    String address() {
      return host + ":" + port;
    }
  }

  public LocalCluster {
    members = List.copyOf(members);
    if (members.isEmpty()
        || members.stream().map(Member::nodeId).distinct().count() < members.size()) {
      throw new IllegalArgumentException(
          "members must be at least one, with different node ids, but were " + members);
    }
  }

  /** Where clients connect: {@code host:port} of every member. */
  public String bootstrapServers() {
    return members.stream().map(Member::address).collect(Collectors.joining(","));
  }

  Member member(int nodeId) {
    return members.stream()
        .filter(member -> member.nodeId() == nodeId)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "node %d is none of the members %s".formatted(nodeId, members)));
  }
}
