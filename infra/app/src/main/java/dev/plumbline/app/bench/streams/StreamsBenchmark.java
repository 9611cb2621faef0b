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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Measures the topology and its beginnings on the same log, in turns, so that what else the machine
 * does falls on all of them. The first turn of each only warms up and is thrown away. The broker
 * runs in a process of its own, with the settings of a single node: every batch is on the disk
 * before it is acknowledged.
 */
final class StreamsBenchmark implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final int DELAY_VOTES_PER_SECOND = 1_000;
  private static final List<Integer> BOTH_VOTES = List.of(0, 1);
  private static final List<Integer> FIRST_VOTE = List.of(0);
  private static final StateRestoreListener UNHEARD = new CountingRestoration();

  private final Plan plan;
  private final Consumer<String> progress;
  private final Path folder;
  private final BenchBroker broker;
  private final KafkaClients clients;
  private final TopicLayout layout = new TopicLayout(List.of(Load.POLICY), PARTITIONS, 1);
  private final Load load;
  private int runs;

  /**
   * How much is measured.
   *
   * @param items with two votes each that every turn reads
   * @param repetitions that count
   * @param delayTime for which delays are measured in each repetition
   * @param commitIntervals besides the usual one
   */
  record Plan(int items, int repetitions, Duration delayTime, List<Duration> commitIntervals) {
    List<Variant> variants() {
      Set<Variant> variants = new LinkedHashSet<>();
      for (TopologyStage stage : TopologyStage.values()) {
        variants.add(Variant.exactlyOnce(stage));
      }
      variants.add(Variant.atLeastOnce(TopologyStage.COPY));
      variants.add(Variant.atLeastOnce(TopologyStage.EMIT));
      commitIntervals.forEach(interval -> variants.add(Variant.committingEvery(interval)));
      return List.copyOf(variants);
    }
  }

  /** Counts what stores read back from their changelogs. */
  private static final class CountingRestoration implements StateRestoreListener {
    private final AtomicLong records = new AtomicLong();

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long from, long to) {}

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long count) {
      records.addAndGet(count);
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {}
  }

  /**
   * Starts the broker and writes the log.
   *
   * @param progress told what is being done
   */
  StreamsBenchmark(Plan plan, Consumer<String> progress) throws IOException {
    this.plan = plan;
    this.progress = progress;
    folder = Files.createTempDirectory("plumbline-bench-");
    broker = BenchBroker.start(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
    createCopies();
    load = new Load(clients);
    progress.accept("writing %,d items".formatted(plan.items()));
    load.addVotes(load.addItems(plan.items()), plan.items(), BOTH_VOTES);
  }

  Measurements measure() throws IOException, InterruptedException {
    var warmingUp = new Measurements(plan.variants());
    var measurements = new Measurements(plan.variants());
    for (int repetition = 0; repetition <= plan.repetitions(); repetition++) {
      List<Variant> turns = new ArrayList<>(plan.variants());
      Collections.rotate(turns, repetition);
      for (Variant variant : turns) {
        progress.accept(
            repetition == 0
                ? "warming up: " + variant.label()
                : "repetition %d of %d: %s"
                    .formatted(repetition, plan.repetitions(), variant.label()));
        takeTurn(variant, repetition == 0 ? warmingUp : measurements);
      }
    }
    return measurements;
  }

  /** Profiles one more turn of the whole topology. */
  Profile profile() throws IOException {
    progress.accept("profiling the whole topology");
    Variant whole = Variant.exactlyOnce(TopologyStage.EMIT);
    StreamsSettings settings = settings();
    Profile profile;
    try (StageRun run = start(whole, settings, UNHEARD)) {
      run.awaitReferences(load);
      profile = Profile.of(() -> run.awaitVotes(load));
    }
    forget(settings);
    return profile;
  }

  private void takeTurn(Variant variant, Measurements measurements)
      throws IOException, InterruptedException {
    StreamsSettings settings = settings();
    boolean isWhole = variant.stage() == TopologyStage.EMIT && variant.isExactlyOnce();
    try (StageRun run = start(variant, settings, UNHEARD)) {
      measurements.add(variant, run.readAll(load));
      if (isWhole) {
        measurements.add(variant, Measurements.Delay.of(delays(run)));
      }
    }
    if (variant.equals(Variant.exactlyOnce(TopologyStage.EMIT))) {
      measurements.add(restore(variant, settings));
    }
    forget(settings);
  }

  private double[] delays(StageRun run) throws InterruptedException {
    int votes = Math.toIntExact(plan.delayTime().toSeconds() * DELAY_VOTES_PER_SECOND);
    int first = load.addItems(votes);
    load.addVotes(first, votes, FIRST_VOTE);
    run.awaitReferences(load);
    run.awaitVotes(load);
    return Delays.measure(clients, load, feedEnds(), first, votes, DELAY_VOTES_PER_SECOND);
  }

  private Measurements.Restoring restore(Variant variant, StreamsSettings settings)
      throws IOException {
    DurableFolders.deleteTree(stateDir(settings));
    var restoration = new CountingRestoration();
    long start = System.nanoTime();
    try (StageRun run = start(variant, settings, restoration)) {
      run.awaitRunning();
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Measurements.Restoring(
          seconds, restoration.records.get(), changelogBytes(settings), load.items());
    }
  }

  private StageRun start(Variant variant, StreamsSettings settings, StateRestoreListener listener) {
    return new StageRun(variant, settings, layout, clients, broker, stateDir(settings), listener);
  }

  /** Settings of a run of its own: nobody has read anything under its name. */
  private StreamsSettings settings() {
    return Settings.bind(
        StreamsSettings.class,
        SettingsSource.yaml(
            """
            application_id: bench-%d
            quorum: %d
            tick_interval: 1h
            """
                .formatted(runs++, Load.VOTES_PER_ITEM),
            "bench"));
  }

  private Path stateDir(StreamsSettings settings) {
    return folder.resolve(settings.applicationId());
  }

  /** Leaves nothing of a run for the next ones to carry. */
  private void forget(StreamsSettings settings) throws IOException {
    DurableFolders.deleteTree(stateDir(settings));
    withAdmin(
        admin -> {
          List<String> changelogs =
              admin.listTopics().names().get().stream()
                  .filter(name -> name.startsWith(settings.applicationId() + "-"))
                  .toList();
          admin.deleteTopics(changelogs).all().get();
          return changelogs;
        });
  }

  private void createCopies() {
    withAdmin(
        admin ->
            admin
                .createTopics(List.of(new NewTopic(TopologyStage.COPIES, PARTITIONS, (short) 1)))
                .all()
                .get());
  }

  private long changelogBytes(StreamsSettings settings) {
    return withAdmin(
        admin -> {
          Collection<Integer> nodes =
              admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
          return admin.describeLogDirs(nodes).allDescriptions().get().values().stream()
              .flatMap(folders -> folders.values().stream())
              .flatMap(each -> each.replicaInfos().entrySet().stream())
              .filter(
                  replica -> replica.getKey().topic().startsWith(settings.applicationId() + "-"))
              .mapToLong(replica -> replica.getValue().size())
              .sum();
        });
  }

  private Map<Integer, Long> feedEnds() {
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
