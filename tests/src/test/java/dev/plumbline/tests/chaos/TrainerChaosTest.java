/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.artifacts.FileArtifactStore;
import dev.plumbline.events.PolicyVersion;
import dev.plumbline.kafka.LocalBroker;
import dev.plumbline.tests.chaos.LaneProcess.Fate;
import dev.plumbline.trainer.TrainerLane;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promises I3 to I7 on one recorded feed: whatever is done to a lane, the versions that come out
 * are those of a lane that nobody harmed, byte by byte.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class TrainerChaosTest {
  private static final String UNHARMED = "unharmed";
  private static LocalBroker broker;
  private static ChaosCluster cluster;

  @BeforeAll
  static void learnOnceUnharmed(@TempDir Path folder) throws Exception {
    broker = LocalBroker.startOnFreePort(folder.resolve("broker"));
    cluster = new ChaosCluster(folder, broker.bootstrapServers());
    cluster.runToTheEnd(UNHARMED);
    cluster.requireWholeVersions(UNHARMED);
    assertThat(cluster.versions(UNHARMED)).hasSize(RecordedFeed.LAST_VERSION + 1);
  }

  @AfterAll
  static void close() {
    try {
      cluster.requireLineagesHold();
    } finally {
      cluster.close();
      broker.close();
    }
  }

  @Test
  void shouldEndWithTheSameBytesAfterFourKills() throws Exception {
    cluster.requireSameBytesAfterFourKills(UNHARMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kto revisions=relearn annotator_share=0.25", "bradley_terry"})
  void shouldEndWithTheSameBytesByOtherObjectivesAfterAKill(String lossType) throws Exception {
    String[] settings = ("loss_type=" + lossType).split(" ");
    String objective = lossType.split(" ")[0];
    cluster.runToTheEnd(objective, settings);
    String policy = objective + "-killed";

    cluster.runUntilHalted(policy, TrainerLane.IN_STEP, 3, settings);
    cluster.runToTheEnd(policy, settings);

    requireAs(objective, policy);
    assertThat(cluster.versions(policy))
        .allSatisfy(version -> assertThat(version.learned().objective()).isEqualTo(objective));
    PolicyVersion last = cluster.versions(policy).getLast();
    assertThat(last.learned().counts().learned()).isPositive();
    if (settings.length > 1) {
      assertThat(last.learned().counts().relearned()).isPositive();
      assertThat(last.learned().metrics().get("annotators/weight_kept")).isLessThan(1);
    }
  }

  @Tag("chaos")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tdpo2",
        "ipo",
        "kto",
        "plackett_luce",
        "aot",
        "bradley_terry lora_dropout=0.2",
        "sigmoid sync_ref_model=true ref_model_sync_steps=3",
        "davidson age_half_life=10s span_emphasis=4",
        "sigmoid,sft lora_dropout=0.2 num_train_epochs=2"
      })
  void shouldEndWithTheSameBytesByEveryObjectiveWhereverItIsKilled(String lossType)
      throws Exception {
    String[] settings = ("loss_type=" + lossType).split(" ");
    String unharmed = "all-" + lossType.replaceAll("\\W+", "-");
    cluster.runToTheEnd(unharmed, settings);
    String policy = unharmed + "-killed";

    cluster.runUntilHalted(policy, TrainerLane.IN_STEP, 2, settings);
    cluster.runUntilHalted(policy, FileArtifactStore.BEFORE_RENAME, 1, settings);
    cluster.runUntilHalted(policy, TrainerLane.ARTIFACT_WRITTEN, 2, settings);
    cluster.runUntilHalted(policy, TrainerLane.IN_TRANSACTION, 1, settings);
    cluster.runUntilHalted(policy, TrainerLane.COMMITTED, 1, settings);
    cluster.runToTheEnd(policy, settings);

    requireAs(unharmed, policy);
  }

  @Test
  void shouldPublishNothingOnceASuccessorHasTheLane() throws Exception {
    requireZombieFenced("zombie-in-step", TrainerLane.IN_STEP);
  }

  @Tag("chaos")
  @Test
  void shouldPublishNothingEvenWhenAllWasSentBeforeTheSuccessorCame() throws Exception {
    requireZombieFenced("zombie-in-transaction", TrainerLane.IN_TRANSACTION);
  }

  @Tag("chaos")
  @ParameterizedTest
  @ValueSource(
      strings = {
        TrainerLane.FENCED,
        TrainerLane.IN_STEP,
        FileArtifactStore.FILE_WRITTEN,
        FileArtifactStore.BEFORE_RENAME,
        FileArtifactStore.AFTER_RENAME,
        TrainerLane.ARTIFACT_WRITTEN,
        TrainerLane.IN_TRANSACTION,
        TrainerLane.COMMITTED
      })
  void shouldEndWithTheSameBytesWhereverItIsKilled(String step) throws Exception {
    String policy = "killed-at-" + step;

    // The first time is on the way to the base, or to the first version after it.
    cluster.runUntilHalted(policy, step, 1);
    if (!step.equals(TrainerLane.FENCED)) {
      cluster.runUntilHalted(policy, step, 2);
    }
    cluster.runToTheEnd(policy);

    requireAsUnharmed(policy);
  }

  @Tag("chaos")
  @Test
  void shouldEndWithTheSameBytesAfterKillsAtSeededMoments() throws Exception {
    var random = new SplittableRandom(20260101);
    int kills = 0;
    for (int run = 0; kills < 25; run++) {
      String policy = "killed-at-random-" + run;
      boolean killed = true;
      while (killed) {
        ChaosCluster.Running running = cluster.start(policy, Fate.LIVE, "none", 0);
        killed = running.killAfter(Duration.ofMillis(random.nextInt(500, 5_000)));
        kills += killed ? 1 : 0;
      }
      requireAsUnharmed(policy);
    }
    assertThat(kills).isGreaterThanOrEqualTo(25);
  }

  private static void requireZombieFenced(String policy, String step) throws Exception {
    ChaosCluster.Running zombie = cluster.start(policy, Fate.WAIT, step, 3);
    zombie.awaitStep();
    zombie.signal("STOP");
    cluster.runToTheEnd(policy);
    var head = cluster.versions(policy).getLast();

    zombie.signal("CONT");
    zombie.goOn();

    assertThat(zombie.awaitExit()).isEqualTo(LaneProcess.EXIT_FENCED);
    assertThat(cluster.versions(policy).getLast()).isEqualTo(head);
    requireAsUnharmed(policy);
  }

  private static void requireAsUnharmed(String policy) throws IOException {
    requireAs(UNHARMED, policy);
  }

  private static void requireAs(String unharmed, String policy) throws IOException {
    cluster.requireAs(unharmed, policy);
  }
}
