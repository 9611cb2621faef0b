/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Promises I1 to I8, asked of a cluster as its operator would, with the settings of its roles. */
final class HistoryCheck {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private HistoryCheck() {}

  /**
   * Requires that every promise holds.
   *
   * @param folder where the roles ran, their data in {@code data}
   * @param more arguments that say how the roles' settings differ from the defaults
   */
  static JsonNode requireNothingBroken(Path folder, String bootstrapServers, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("check", "--json", "--data", "data", "--bootstrap-servers", bootstrapServers));
    arguments.addAll(List.of(more));
    try (PlumblineProcess check =
        PlumblineProcess.start(folder, arguments.toArray(String[]::new))) {
      JsonNode report = check.nextVersion(PATIENCE);
      assertThat(report.path("findings")).isEmpty();
      assertThat(check.awaitExit(PATIENCE)).isZero();
      assertThat(report.path("counts").path("artifacts").asInt()).isPositive();
      return report;
    }
  }
}
