/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.cluster;

import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.tests.containers.KafkaImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** Streams and a trainer on a broker in a container; skipped where no engine runs. */
@Testcontainers(disabledWithoutDocker = true)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamsOnContainerTest {
  @Container private static final KafkaContainer KAFKA = KafkaImage.container();

  @Test
  void shouldCountEveryVoteOnceAlthoughStreamsAreKilled(@TempDir Path folder) throws Exception {
    var clients = new KafkaClients(KafkaConnection.to(KAFKA.getBootstrapServers()));
    try (var deployment = new Deployment(folder, clients, 1, 250, 25)) {
      deployment.startVoting();
      deployment.killStreams(0);
      deployment.letWork(Duration.ofSeconds(8));

      deployment.requireEveryVoteOnce();
    }
  }
}
