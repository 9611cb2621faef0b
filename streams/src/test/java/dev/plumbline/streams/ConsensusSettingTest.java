/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static dev.plumbline.streams.Fixtures.at;
import static dev.plumbline.streams.Fixtures.thumbs;
import static dev.plumbline.streams.Fixtures.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.events.Answer;
import dev.plumbline.events.PreferencePair;
import dev.plumbline.events.Thumb;
import dev.plumbline.events.UnpairedExample;
import dev.plumbline.judgement.ConsensusRule;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two newcomers for a and one for b come to, by each rule. */
class ConsensusSettingTest {
  private static final Duration FOREVER = Duration.ofDays(100_000);

  @TempDir private Path stateDir;

  /** By the posterior, a newcomer knows the answer 2 times of 3, so that odds grow sevenfold. */
  @ParameterizedTest
  @CsvSource({
    "SHARE, 666666, 0, 666666",
    "MAJORITY, 1000000, 0, 1000000",
    "POSTERIOR, 859649, 17543, 833333"
  })
  void shouldBelieveAsTheSettingSays(
      ConsensusRule rule, int probABetterPpm, int probTiePpm, int probDesirablePpm) {
    try (var driver = driver(rule)) {
      driver.sendReferences("i");
      driver.send(
          vote("e1", "ann", Answer.A, 1),
          vote("e2", "bob", Answer.B, 2),
          vote("e3", "cid", Answer.A, 3));
      PreferencePair pair = driver.lastPair();
      driver.send(
          thumbs("t1", "ann", Thumb.UP, 4),
          thumbs("t2", "bob", Thumb.DOWN, 5),
          thumbs("t3", "cid", Thumb.UP, 6));
      var thumb = (UnpairedExample) driver.examples().getLast();

      assertThat(pair.probABetterPpm()).isCloseTo(probABetterPpm, within(1));
      assertThat(pair.probTiePpm()).isCloseTo(probTiePpm, within(1));
      assertThat(thumb.probDesirablePpm()).isCloseTo(probDesirablePpm, within(1));
      assertThat(thumb.evidence().newestAcceptedAt()).isEqualTo(at(6));
    }
  }

  @Test
  void shouldHaveTheSameDefaultsBoundAndUnbound() {
    StreamsSettings bound =
        Settings.bind(StreamsSettings.class, SettingsSource.yaml("{}", "nothing"));

    assertThat(bound.trust()).isEqualTo(TrustSettings.DEFAULT);
    assertThat(bound.kinds()).isEqualTo(KindSettings.DEFAULT);
    assertThat(bound.commitInterval()).isEqualTo(StreamsSettings.COMMIT_INTERVAL);
  }

  private PreferenceDriver driver(ConsensusRule rule) {
    return PreferenceDriver.start(
        Fixtures.with(Fixtures.trust(rule, FOREVER)), Fixtures.LAYOUT, stateDir);
  }
}
