/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.app.CommonOptions.Flag;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A role alone in its process, against an outside cluster. */
abstract class RoleCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (default: 127.0.0.1:9092).")
  private @Nullable String bootstrapServers;

  private final String name;

  RoleCommand(String name) {
    this.name = name;
  }

  /** Starts the role; it ends the node when it ends. */
  abstract void start(Roles roles);

  /** Names the process's own folder, which no other process of the machine may use meanwhile. */
  String processName(AppSettings settings) {
    return name;
  }

  /** Refuses settings that can't work, before anything is started or waited for. */
  void require(AppSettings settings) {}

  /** Settings that the role's own flags make. */
  List<Flag> flags() {
    return List.of();
  }

  @Override
  public Integer call() {
    List<Flag> flags = new ArrayList<>(flags());
    flags.addAll(Flag.of("--bootstrap-servers", "kafka.bootstrap_servers", bootstrapServers));
    AppSettings settings = Defaults.settings(common, flags);
    require(settings);
    try (Node node = Node.open(settings, processName(settings), Node.Cluster.OUTSIDE)) {
      node.connect();
      node.serveMonitoring();
      start(new Roles(node));
      return node.await();
    }
  }
}
