/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.plumbline.lm.EngineOptions;
import dev.plumbline.reward.attribute.ControllerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The experiment on real language, in small form. */
@Tag("experiments")
final class ControlExperimentTest {
  private static final Path DATA = Path.of(System.getProperty("plumbline.data", "../shared/data"));

  @Test
  void shouldSpeakTheMoreOfTheTargetTheMoreTheControllerCounts(@TempDir Path folder)
      throws IOException {
    assumeThat(Files.isDirectory(DATA.resolve("stories260k")))
        .as("the real data is not at " + DATA.toAbsolutePath().normalize())
        .isTrue();
    ControlSetup setup =
        new ControlSetup(
            DATA.resolve("stories260k"),
            DATA.resolve("goemotions/train.jsonl.gz"),
            DATA.resolve("movie-sentences/sentences.jsonl.gz"),
            DATA.resolve("storybooks/valid.txt.gz"),
            DATA.resolve("storybooks/valid.txt.gz"),
            ControllerKind.LEXICON,
            List.of("num_train_epochs=1"),
            20,
            60,
            30,
            2,
            1,
            EngineOptions.defaults());
    try (ControlExperiment experiment = new ControlExperiment(setup, folder, Clock.systemUTC())) {
      ControlRow base = experiment.row(new ControlMethod.Base(), ControlExperiment.NEGATIVE, 1);
      ControlRow controlled =
          experiment.row(new ControlMethod.LogitControl(8), ControlExperiment.NEGATIVE, 1);

      assertThat(controlled.attainment()).isGreaterThan(base.attainment() + 0.1);
      assertThat(controlled.targetProb()).isGreaterThan(base.targetProb());
      assertThat(controlled.distinct3()).isGreaterThan(0.7 * base.distinct3());
      assertThat(experiment.row(new ControlMethod.Base(), ControlExperiment.NEGATIVE, 1))
          .isEqualTo(base);
    }
  }
}
