/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.base.LoopbackPorts;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fifteen versions of an online loop make of the pocket policy, as a user starts it. */
@Tag("experiments")
class OnlineLoopExperimentTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int VERSIONS = 15;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"rldaf", "grpo", "rloo", "online-dpo"})
  void shouldBeatTheBaseFourTimesInFiveAndStayDiverse(String objective) throws Exception {
    double best = 0;
    try (PlumblineProcess run =
        PlumblineProcess.start(
            folder,
            "up",
            "--objective",
            objective,
            "--data",
            "data",
            "--port",
            "0",
            "--broker-port",
            Integer.toString(LoopbackPorts.findFree(2).getFirst()),
            "--exit-after-versions",
            Integer.toString(VERSIONS))) {
      for (int version = 1; version <= VERSIONS; version++) {
        JsonNode published = run.nextVersion(PATIENCE);
        System.out.printf(
            "%s %d: win rate %.3f, distinct-3 ratio %.3f, attribute %.2f%n",
            objective,
            version,
            published.path("eval_win_rate").asDouble(),
            published.path("eval_distinct_3_ratio").asDouble(),
            published.path("eval_attribute").asDouble());
        best = Math.max(best, published.path("eval_win_rate").asDouble());
        assertThat(published.path("eval_distinct_3_ratio").asDouble())
            .as("distinct-3 of version %d against the base's", version)
            .isGreaterThan(0.7);
      }
      assertThat(run.awaitExit(PATIENCE)).isZero();
    }
    assertThat(best).isGreaterThan(0.8);
  }
}
