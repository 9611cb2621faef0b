/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.HOUR;
import static dev.plumbline.streams.Fixtures.thumbs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.events.Identity;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.UnpairedExample;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpairedTest {
  @TempDir Path stateDir;

  @Test
  void shouldEmitAnUnpairedExampleFromOneThumb() {
    try (var driver = PreferenceDriver.start(stateDir)) {
      driver.sendReferences("i");

      driver.send(thumbs("e1", "ann", Thumb.UP, 1));

      UnpairedExample example = driver.onlyUnpaired();
      assertThat(example.exampleId())
          .isEqualTo(Identity.unpairedId("assistant", "i", "overall", "a"));
      assertThat(example.probDesirablePpm()).isEqualTo(1_000_000);
      assertThat(example.candidate().candidateId()).isEqualTo("a");
      assertThat(driver.count("plumbline.streams.examples", "kind", "unpaired-example"))
          .isEqualTo(1);
    }
  }

  @Test
  void shouldReviseWhenThumbsDisagreeOrChange() {
    try (var driver = PreferenceDriver.start(stateDir)) {
      driver.sendReferences("i");
      driver.send(thumbs("e1", "ann", Thumb.UP, 1), thumbs("e2", "bob", Thumb.DOWN, 2));
      assertThat(((UnpairedExample) driver.examples().getLast()).probDesirablePpm())
          .isEqualTo(500_000);

      driver.send(thumbs("e3", "ann", Thumb.DOWN, 3));

      var last = (UnpairedExample) driver.examples().getLast();
      assertThat(last.revision()).isEqualTo(3);
      assertThat(last.probDesirablePpm()).isZero();
      assertThat(last.evidence().eventIds()).containsExactly("e2", "e3");
    }
  }

  @Test
  void shouldWaitForTheUnpairedQuorumOrTheDeadline() {
    var settings =
        new StreamsSettings(
            "test-streams",
            1,
            2,
            2,
            1,
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            KindSettings.DEFAULT,
            Fixtures.TRUST);
    try (var driver = PreferenceDriver.start(settings, Fixtures.LAYOUT, stateDir)) {
      driver.sendReferences("i");
      driver.send(thumbs("e1", "ann", Thumb.UP, 0));
      assertThat(driver.examples()).isEmpty();

      driver.tick(HOUR);

      assertThat(driver.onlyUnpaired().evidence().eventIds()).containsExactly("e1");
    }
  }
}
