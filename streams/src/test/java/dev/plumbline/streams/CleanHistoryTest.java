/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.streams.history.HistoryReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories in which nothing is broken: partitions were taken over, transactions aborted, dead
 * letters sent again, lanes branched off, and half of them are looked at while streams work.
 */
class CleanHistoryTest {
  @TempDir private Path folder;

  static LongStream few() {
    return LongStream.range(0, 5);
  }

  static LongStream many() {
    return LongStream.range(5, 55);
  }

  @ParameterizedTest
  @MethodSource("few")
  void shouldFindNothing(long seed) throws IOException {
    requireClean(seed);
  }

  @Tag("chaos")
  @ParameterizedTest
  @MethodSource("many")
  void shouldFindNothingInAnyOfMany(long seed) throws IOException {
    requireClean(seed);
  }

  private void requireClean(long seed) throws IOException {
    boolean busy = seed % 2 == 0;
    SimulatedCluster cluster =
        busy ? SimulatedCluster.busy(seed, folder) : SimulatedCluster.quiet(seed, folder);

    HistoryReport report = cluster.check();

    assertThat(report.findings()).isEmpty();
    assertThat(report.holds()).isTrue();
    assertThat(report.counts())
        .containsKeys(
            "events/InEvidence",
            "events/HeldOut",
            "events/Superseded",
            "events/Waiting",
            "events/DeadLettered",
            "duplicates",
            "dead_letters",
            "versions",
            "artifacts");
    assertThat(report.counts().containsKey("records_in_flight")).isEqualTo(busy);
  }
}
