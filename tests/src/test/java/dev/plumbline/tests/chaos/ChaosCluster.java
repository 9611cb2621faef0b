/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.artifacts.ArtifactDigest;
import dev.plumbline.base.artifacts.ArtifactStore;
import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.events.PolicyVersion.ConsumedRange;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.streams.history.HistoryChecker;
import dev.plumbline.tests.chaos.LaneProcess.Fate;
import dev.plumbline.trainer.PolicyVersions;
import dev.plumbline.trainer.TrainerLane;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The recorded feed on a cluster, a tiny base, and what the topics say about the lanes that run on
 * them. Every lane has a policy and an artifact store of its own.
 */
final class ChaosCluster implements AutoCloseable {
  private static final LlamaConfig CONFIG =
      new LlamaConfig(300, 16, 24, 2, 4, 2, 4, 1e-5, 10_000, 64, true, 1, 2);
  private static final long PATIENCE_SECONDS = 60;

  private final Path folder;
  private final String bootstrapServers;
  private final PolicyVersions versions;
  private final List<Running> started = new ArrayList<>();

  /** Lays out a cluster that has no topics yet; it stays the caller's. */
  ChaosCluster(Path folder, String bootstrapServers) throws IOException {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
    writeBase(folder.resolve("base"));
    var clients = new KafkaClients(KafkaConnection.to(bootstrapServers));
    new TopicProvisioner(clients, LaneProcess.layout()).provision(Topics.ALL);
    RecordedFeed.write(clients);
    versions = PolicyVersions.open(clients, "chaos");
  }

  /**
   * Runs a lane that nobody harms to the end of the feed.
   *
   * @param learning settings that differ, as in {@code loss_type=ipo}
   */
  void runToTheEnd(String policy, String... learning) throws IOException, InterruptedException {
    assertThat(start(policy, Fate.LIVE, "none", 0, learning).awaitExit())
        .as("exit of %s", policy)
        .isZero();
  }

  /** Runs a lane that is halted when it reaches a step for the given time. */
  void runUntilHalted(String policy, String step, int time, String... learning)
      throws IOException, InterruptedException {
    assertThat(start(policy, Fate.HALT, step, time, learning).awaitExit())
        .as("exit of %s at %s", policy, step)
        .isEqualTo(LaneProcess.EXIT_HALTED);
    requireWholeVersions(policy);
  }

  Running start(String policy, Fate fate, String step, int time, String... learning)
      throws IOException {
    Path output = folder.resolve("process-%d-%s.log".formatted(started.size(), policy));
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            LaneProcess.class.getName(),
            bootstrapServers,
            folder.resolve("artifacts-" + policy).toString(),
            folder.resolve("base").toString(),
            policy,
            Integer.toString(RecordedFeed.LAST_VERSION),
            fate.name(),
            step,
            Integer.toString(time)));
    command.addAll(List.of(learning));
    Process process = new ProcessBuilder(command).redirectError(output.toFile()).start();
    started.add(new Running(process, policy, output));
    return started.getLast();
  }

  /** All committed versions of a policy, oldest first, read now. */
  List<PolicyVersion> versions(String policy) {
    versions.refresh();
    return versions.of(policy);
  }

  /** The deterministic part of every version, its parent by number instead of by name. */
  List<String> chain(String policy) {
    return versions(policy).stream()
        .map(version -> version.learned().toString().replace(policy + "@", "@"))
        .toList();
  }

  /** I3 and I6: whatever can be read is whole, and continues what was before. */
  void requireWholeVersions(String policy) throws IOException {
    ArtifactStore store = FileArtifactStore.openForReading(folder.resolve("artifacts-" + policy));
    long to = 0;
    int number = 0;
    for (PolicyVersion version : versions(policy)) {
      store.open(new ArtifactDigest(version.learned().artifactDigest())).verify();
      ConsumedRange range = version.learned().consumed().getFirst();
      assertThat(version.id().number()).isEqualTo(number++);
      assertThat(range.from()).as("start of %s", version.id()).isEqualTo(to);
      to = range.to();
    }
  }

  /** Whatever was done to one lane, its versions are those of another. */
  void requireAs(String unharmed, String policy) throws IOException {
    requireWholeVersions(policy);
    assertThat(chain(policy)).isEqualTo(chain(unharmed));
  }

  /** Kills a lane around its commits, which are to end as those of an unharmed one. */
  void requireSameBytesAfterFourKills(String unharmed) throws IOException, InterruptedException {
    String policy = "killed-four-times";
    runUntilHalted(policy, TrainerLane.IN_STEP, 3);
    runUntilHalted(policy, FileArtifactStore.FILE_WRITTEN, 2);
    runUntilHalted(policy, TrainerLane.ARTIFACT_WRITTEN, 2);
    runUntilHalted(policy, TrainerLane.COMMITTED, 1);
    runToTheEnd(policy);
    requireAs(unharmed, policy);
  }

  /** I3 to I5 and I7 of all lanes, whose artifacts are in many stores. */
  void requireLineagesHold() {
    var clients = new KafkaClients(KafkaConnection.to(bootstrapServers));
    assertThat(HistoryChecker.checkLineages(clients, LaneProcess.layout(), null).findings())
        .isEmpty();
  }

  /** Leaves no process behind, not even a frozen one. */
  @Override
  public void close() {
    started.forEach(running -> running.process().destroyForcibly());
    versions.close();
  }

  private static void writeBase(Path directory) throws IOException {
    byte[] tokenizer = ByteBpeTrainer.train(List.of("the cat sat on the mat"), 270);
    try (CausalLanguageModel model =
        CausalLanguageModel.initialize("tiny", CONFIG, tokenizer, 7, EngineOptions.defaults())) {
      Files.createDirectories(directory);
      for (Map.Entry<String, byte[]> file : model.files().entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
    }
  }

  /** A trainer process. */
  record Running(Process process, String policy, Path output) {

    /** Waits until the process stands at the step that its fate names. */
    void awaitStep() throws IOException {
      var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(LaneProcess.WAITING)) {
          return;
        }
      }
      throw new AssertionError("the process ended before its step: " + Files.readString(output));
    }

    /** Lets a process that waits at its step go on. */
    void goOn() throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    }

    /** Sends a signal by name. */
    void signal(String name) throws IOException, InterruptedException {
      int status =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      assertThat(status).as("kill -%s", name).isZero();
    }

    /** Kills the process after some time, unless it has ended before; returns whether it did. */
    boolean killAfter(Duration time) throws InterruptedException {
      if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      process.destroyForcibly().waitFor();
      return true;
    }

    int awaitExit() throws IOException, InterruptedException {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s has not ended within %d s: %s"
                .formatted(policy, PATIENCE_SECONDS, Files.readString(output)));
      }
      int status = process.exitValue();
      if (status == 1) {
        throw new AssertionError("%s failed: %s".formatted(policy, Files.readString(output)));
      }
      return status;
    }
  }
}
