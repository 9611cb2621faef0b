/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.ExampleRecord;
import dev.plumbline.events.RolloutGroup;
import dev.plumbline.events.Topics;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.TopicProvisioner;
import dev.plumbline.kafka.TopicReader;
import dev.plumbline.kafka.TopicRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promises I1 and I3 to I6 in the online loop, each role a process of its own: trainer, sampler and
 * judge are killed with kill -9 at seeded moments and started again, and nothing is lost or done
 * twice.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledRolesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> ROLES = List.of("streams", "prompts", "sampler", "judge");
  private static final List<String> KILLED = List.of("trainer", "sampler", "judge");
  private static final Duration POLL = Duration.ofMillis(200);

  /** sampler.versions_ahead of 2: a group is learned by the version after next at the latest. */
  private static final int GREATEST_STALENESS = 1;

  @TempDir private Path folder;
  private LocalBroker broker;
  private KafkaClients clients;
  private final Map<String, PlumblineProcess> running = new HashMap<>();

  @BeforeEach
  void startBroker() {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    clients = new KafkaClients(KafkaConnection.to(broker.bootstrapServers()));
    TopicLayout layout = Settings.bind(TopicLayout.class, SettingsSource.empty());
    new TopicProvisioner(clients, layout).provision(Topics.ALL);
  }

  @AfterEach
  void stop() {
    running.values().forEach(PlumblineProcess::close);
    broker.close();
  }

  @Test
  void shouldLoseAndDoubleNothingWhenEachRoleIsKilledOnce() throws Exception {
    requireUnharmedHistory("rldaf", 1, 2);
  }

  @Tag("chaos")
  @ParameterizedTest
  @ValueSource(strings = {"grpo", "rldaf"})
  void shouldLoseAndDoubleNothingWhenRolesAreKilledAgainAndAgain(String objective)
      throws Exception {
    requireUnharmedHistory(objective, 5, 6);
  }

  private void requireUnharmedHistory(String objective, int kills, int versions)
      throws IOException, InterruptedException {
    var random = new SplittableRandom(20260505);
    ROLES.forEach(role -> start(role, objective));
    PlumblineProcess trainer = start("trainer", objective);
    trainer.nextVersion(PATIENCE); // the base
    trainer.nextVersion(PATIENCE);
    for (int kill = 0; kill < kills; kill++) {
      for (String role : KILLED) {
        running.get(role).runFor(Duration.ofMillis(random.nextInt(100, 2_000)));
        running.get(role).signal("KILL");
        running.get(role).awaitExit(PATIENCE);
        start(role, objective);
      }
    }
    for (int version = 0; version < versions; version++) {
      running.get("trainer").nextVersion(PATIENCE);
    }
    stopInOrder();

    OnlineHistory history = OnlineHistory.read(clients);
    history.requireNothingLostOrDoubled();
    history.requireOneGroupPerScoredTask();
    history.requireContiguousChain();
    assertThat(history.versions()).hasSizeGreaterThan(versions);
    assertThat(history.greatestStaleness()).isLessThanOrEqualTo(GREATEST_STALENESS);
    HistoryCheck.requireNothingBroken(
        folder, broker.bootstrapServers(), "--set", "objective=" + objective);
  }

  /** Who writes goes first, so that who reads has seen everything before it stops. */
  private void stopInOrder() throws IOException, InterruptedException {
    List<String> order = new ArrayList<>(List.of("prompts", "sampler", "judge", "trainer"));
    for (String role : order) {
      running.get(role).interrupt();
      running.get(role).awaitExit(PATIENCE);
    }
    streamsCaughtUp();
    running.get("streams").interrupt();
    running.get("streams").awaitExit(PATIENCE);
  }

  /** Waits until streams have joined every task that was scored. */
  private void streamsCaughtUp() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var examples = TopicReader.openAtBeginning(clients, "test-examples", Topics.EXAMPLES)) {
      Set<String> joined = new HashSet<>();
      Set<String> scored = OnlineHistory.read(clients).scoredTasks();
      while (!joined.containsAll(scored)) {
        assertThat(System.nanoTime()).as("groups of all scored tasks").isLessThan(deadline);
        for (TopicRecord<String, ExampleRecord> record : examples.poll(POLL)) {
          if (record.value().orElseThrow() instanceof RolloutGroup group) {
            joined.add(group.itemId());
          }
        }
      }
    }
  }

  private PlumblineProcess start(String role, String objective) {
    try {
      PlumblineProcess process =
          PlumblineProcess.start(
              folder,
              role,
              "--bootstrap-servers",
              broker.bootstrapServers(),
              "--data",
              "data",
              "--set",
              "objective=" + objective,
              "--set",
              "trainer.learning.examples_per_version=8",
              "--set",
              "sampler.examples_per_version=8",
              "--set",
              "sampler.completions_per_prompt=4");
      running.put(role, process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
