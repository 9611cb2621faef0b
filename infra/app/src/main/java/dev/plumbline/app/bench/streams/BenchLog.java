/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import dev.plumbline.base.DurableFolders;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.TopologyStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * A broker of its own with a log to read, and runs that read it. The broker runs in another process
 * with the settings of a single node: every batch is on the disk before it is acknowledged.
 */
final class BenchLog implements AutoCloseable {
  static final int PARTITIONS = 4;

  private final int threads;
  private final Path folder;
  private final BenchBroker broker;
  private final KafkaClients clients;
  private final TopicLayout layout = new TopicLayout(List.of(Load.POLICY), PARTITIONS, 1);
  private final Load load;

  /**
   * Starts the broker with an empty log.
   *
   * @param threads stream threads of every run
   */
  BenchLog(int threads) throws IOException {
    this.threads = threads;
    folder = Files.createTempDirectory("plumbline-bench-");
    broker = BenchBroker.start(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
    withAdmin(
        admin ->
            admin
                .createTopics(List.of(new NewTopic(TopologyStage.COPIES, PARTITIONS, (short) 1)))
                .all()
                .get());
    load = new Load(clients);
  }

  Load load() {
    return load;
  }

  KafkaClients clients() {
    return clients;
  }

  /**
   * Starts a run that goes on where the last one under its name ended.
   *
   * @param readBefore by runs under that name
   * @param restoring told what stores read back
   */
  StageRun start(
      Variant variant, String name, Load.Extent readBefore, StateRestoreListener restoring) {
    return new StageRun(
        variant,
        settings(name),
        layout,
        clients,
        broker,
        folder.resolve(name),
        readBefore,
        restoring);
  }

  /** Deletes the stores of a run that has ended, but not their changelogs. */
  void deleteStores(String name) throws IOException {
    DurableFolders.deleteTree(folder.resolve(name));
  }

  /** Leaves nothing of a run for the next ones to carry. */
  void forget(String name) throws IOException {
    deleteStores(name);
    withAdmin(
        admin -> {
          List<String> changelogs =
              admin.listTopics().names().get().stream()
                  .filter(topic -> topic.startsWith(name + "-"))
                  .toList();
          admin.deleteTopics(changelogs).all().get();
          return changelogs;
        });
  }

  /** Returns the bytes of a run's changelogs. */
  long changelogBytes(String name) {
    return withAdmin(
        admin -> {
          Collection<Integer> nodes =
              admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
          return admin.describeLogDirs(nodes).allDescriptions().get().values().stream()
              .flatMap(folders -> folders.values().stream())
              .flatMap(each -> each.replicaInfos().entrySet().stream())
              .filter(replica -> replica.getKey().topic().startsWith(name + "-"))
              .mapToLong(replica -> replica.getValue().size())
              .sum();
        });
  }

  Map<Integer, Long> feedEnds() {
    return withAdmin(
        admin ->
            admin
                .listOffsets(
                    Map.of(new TopicPartition(Topics.EXAMPLES.name(), 0), OffsetSpec.latest()))
                .all()
                .get()
                .entrySet()
                .stream()
                .collect(
                    Collectors.toMap(
                        entry -> entry.getKey().partition(), entry -> entry.getValue().offset())));
  }

  private StreamsSettings settings(String name) {
    return Settings.bind(
        StreamsSettings.class,
        SettingsSource.yaml(
            """
            application_id: %s
            threads: %d
            quorum: %d
            tick_interval: 1h
            """
                .formatted(name, threads, Load.VOTES_PER_ITEM),
            "bench"));
  }

  /** A question to the cluster. */
  private interface Asking<T> {
    T ask(Admin admin) throws ExecutionException, InterruptedException;
  }

  private <T> T withAdmin(Asking<T> asking) {
    try (Admin admin = clients.admin("bench")) {
      return asking.ask(admin);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker refused: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    try {
      load.close();
      broker.close();
      DurableFolders.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the benchmark's folder %s stays".formatted(folder), e);
    }
  }
}
