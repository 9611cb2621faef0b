/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.trainer.PolicyVersions;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the versions of a policy. */
@Command(
    name = "versions",
    mixinStandardHelpOptions = true,
    description = "Prints the versions of a policy, oldest first, one line of JSON each.",
    footer = {"", "Example:", "  plumbline versions --policy assistant --follow"})
final class VersionsCommand implements Callable<Integer> {
  private static final Duration REACHABLE = Duration.ofSeconds(10);

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: ${DEFAULT-VALUE}, where up runs its broker).")
  private String bootstrapServers = "127.0.0.1:9092";

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "The policy (default: ${DEFAULT-VALUE}).")
  private String policy = "assistant";

  @Option(names = "--follow", description = "Goes on and prints versions as they appear.")
  private boolean follow;

  @Override
  public Integer call() {
    var clients = new KafkaClients(KafkaConnection.to(bootstrapServers));
    clients.requireReachable(REACHABLE);
    try (PolicyVersions versions = PolicyVersions.open(clients, "plumbline-versions")) {
      versions.of(policy).forEach(version -> System.out.println(VersionLine.of(version)));
      while (follow) {
        versions.poll(Duration.ofSeconds(1)).stream()
            .filter(version -> version.policy().equals(policy))
            .forEach(version -> System.out.println(VersionLine.of(version)));
      }
    }
    return 0;
  }
}
