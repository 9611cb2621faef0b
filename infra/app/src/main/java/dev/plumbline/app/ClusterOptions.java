/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a command that looks at a cluster: the settings of the roles that run there. */
final class ClusterOptions {
  private static final Duration REACHABLE = Duration.ofSeconds(10);

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: 127.0.0.1:9092, where up runs its broker).")
  private @Nullable String bootstrapServers;

  /** Returns the settings that roles run with. */
  AppSettings settings() {
    return settings(common);
  }

  /** Returns the settings that roles would run with, if a file were laid over theirs. */
  AppSettings settingsWith(Path file) {
    return settings(common.with(file));
  }

  private AppSettings settings(CommonOptions options) {
    return Defaults.settings(
        options, Flag.of("--bootstrap-servers", "kafka.bootstrap_servers", bootstrapServers));
  }

  /**
   * Returns clients of the cluster.
   *
   * @throws dev.plumbline.kafka.ClusterUnreachableException if no broker answers
   */
  static KafkaClients connect(AppSettings settings) {
    var clients = new KafkaClients(settings.kafka().connection());
    clients.requireReachable(REACHABLE);
    return clients;
  }
}
