/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.chaos;

import dev.plumbline.tests.containers.KafkaImage;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** The trainer's commit protocol on a broker in a container; skipped where no engine runs. */
@Testcontainers(disabledWithoutDocker = true)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainerOnContainerTest {
  private static final String UNHARMED = "unharmed";

  @Container private static final KafkaContainer KAFKA = KafkaImage.container();

  @Test
  void shouldEndWithTheSameBytesAfterFourKills(@TempDir Path folder) throws Exception {
    try (var cluster = new ChaosCluster(folder, KAFKA.getBootstrapServers())) {
      cluster.runToTheEnd(UNHARMED);

      cluster.requireSameBytesAfterFourKills(UNHARMED);
    }
  }
}
