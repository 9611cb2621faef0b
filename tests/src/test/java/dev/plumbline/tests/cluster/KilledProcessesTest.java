/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promises I1 to I3 on three brokers and two streams instances: whatever is killed, frozen or cut
 * off, every acknowledged vote counts exactly once, and revisions count up in their feeds.
 *
 * <p>{@code -Dplumbline.kills=N} sets the number of kills of the long test.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledProcessesTest {
  private static final List<BrokerCluster.Host> HERE =
      Collections.nCopies(BrokerCluster.NODES, BrokerCluster.Host.LOOPBACK);
  private static final int STREAMS = 2;
  private static final int KILLS = Integer.getInteger("plumbline.kills", 25);
  private static final int FREEZES = 5;
  private static final int CUTS = 3;

  private static final Duration CALM = Duration.ofSeconds(30);
  private static final Duration CAUGHT_UP = Duration.ofSeconds(20);

  /** Twice the session of a streams instance, and four times that of a broker. */
  private static final Duration FROZEN = Duration.ofSeconds(12);

  /** What all processes said is left behind where something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void shouldCountEveryVoteOnceAlthoughStreamsAndABrokerAreKilled() throws Exception {
    try (var brokers = new BrokerCluster(folder, HERE);
        var deployment = deployment(brokers, 250, 25)) {
      deployment.startVoting();
      deployment.killStreams(0);
      deployment.letWork(Duration.ofSeconds(8));
      kill(2, brokers, deployment);
      deployment.letWork(Duration.ofSeconds(8));

      deployment.requireEveryVoteOnce();
    }
  }

  @Tag("chaos")
  @Test
  void shouldCountEveryVoteOnceAndCatchUpWhateverIsKilledAgainAndAgain() throws Exception {
    var random = new SplittableRandom(20260607);
    try (var brokers = new BrokerCluster(folder, HERE);
        var deployment = deployment(brokers, 1_000, 500)) {
      deployment.startVoting();
      deployment.letWork(CALM);
      for (int kill = 0; kill < KILLS; kill++) {
        if (random.nextBoolean()) {
          deployment.killStreams(random.nextInt(STREAMS));
        } else {
          kill(anyBroker(random), brokers, deployment);
        }
        deployment.letWork(CALM.plusMillis(random.nextInt(2_000)));
      }

      deployment.requireEveryVoteOnce();
      deployment.reportCaughtUpWithin(CAUGHT_UP);
    }
  }

  @Tag("chaos")
  @Test
  void shouldCountEveryVoteOnceAlthoughZombiesComeBack() throws Exception {
    var random = new SplittableRandom(20260608);
    try (var brokers = new BrokerCluster(folder, HERE);
        var deployment = deployment(brokers, 1_000, 500)) {
      deployment.startVoting();
      for (int freeze = 0; freeze < FREEZES; freeze++) {
        if (freeze % 2 == 0) {
          deployment.freezeStreams(random.nextInt(STREAMS), FROZEN);
        } else {
          int node = anyBroker(random);
          deployment.note("broker %d frozen for %d s".formatted(node, FROZEN.toSeconds()));
          deployment.freeze(brokers.broker(node), FROZEN);
        }
        deployment.letWork(CALM);
      }

      deployment.requireEveryVoteOnce();
    }
  }

  @Tag("chaos")
  @Test
  void shouldCountEveryVoteOnceAlthoughALinkIsCut() throws Exception {
    try (var link = Link.open();
        var brokers = new BrokerCluster(folder, link.hosts());
        var deployment = deployment(brokers, 1_000, 500)) {
      deployment.startVoting();
      for (int cut = 0; cut < CUTS; cut++) {
        deployment.note("broker 3 cut off for %d s".formatted(FROZEN.toSeconds()));
        link.cut();
        deployment.letWork(FROZEN);
        link.mend();
        deployment.letWork(CALM);
      }

      deployment.requireEveryVoteOnce();
    }
  }

  private Deployment deployment(BrokerCluster brokers, int votesPerSecond, int oneInLearned)
      throws Exception {
    return new Deployment(
        folder, brokers.clients(), BrokerCluster.NODES, votesPerSecond, oneInLearned);
  }

  private static int anyBroker(SplittableRandom random) {
    return random.nextInt(1, BrokerCluster.NODES + 1);
  }

  private static void kill(int node, BrokerCluster brokers, Deployment deployment)
      throws Exception {
    deployment.note("broker %d killed".formatted(node));
    brokers.killAndRestart(node);
  }
}
