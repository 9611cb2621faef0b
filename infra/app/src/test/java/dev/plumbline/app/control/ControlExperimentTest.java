/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.plumbline.lm.EngineOptions;
import dev.plumbline.reward.attribute.ControllerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The experiment on real language, in small form. */
@Tag("experiments")
final class ControlExperimentTest {
  private static final Path DATA = Path.of(System.getProperty("plumbline.data", "../shared/data"));

  @Test
  void shouldSpeakTheMoreOfTheTargetTheMoreTheControllerCounts(@TempDir Path folder) {
    ControlSetup setup = setup(60, 30);
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

  @Test
  void shouldFillARowByEveryMethod(@TempDir Path folder) {
    try (ControlExperiment experiment =
        new ControlExperiment(setup(8, 10), folder, Clock.systemUTC())) {
      List<ControlRow> rows = new ArrayList<>();
      for (ControlMethod method : ControlMethod.all()) {
        ControlRow row = experiment.row(method, ControlExperiment.POSITIVE, 1);
        rows.add(row);
        assertThat(row.texts()).as(method.label()).isEqualTo(8);
        assertThat(row.negativeLogProb()).as(method.label()).isPositive().isFinite();
        assertThat(row.attainment()).as(method.label()).isBetween(0.0, 1.0);
        assertThat(row.updates())
            .as(method.label())
            .isEqualTo(method instanceof ControlMethod.Rldaf ? 1 : 0);
      }
      assertThat(new ControlTable(rows).cells()).hasSameSizeAs(ControlMethod.all());
    }
  }

  private static ControlSetup setup(int generations, int newTokens) {
    assumeThat(Files.isDirectory(DATA.resolve("stories260k")))
        .as("the real data is not at " + DATA.toAbsolutePath().normalize())
        .isTrue();
    return new ControlSetup(
        DATA.resolve("stories260k"),
        DATA.resolve("goemotions/train.jsonl.gz"),
        DATA.resolve("movie-sentences/sentences.jsonl.gz"),
        DATA.resolve("storybooks/valid.txt.gz"),
        DATA.resolve("storybooks/valid.txt.gz"),
        ControllerKind.LEXICON,
        List.of("num_train_epochs=1"),
        20,
        generations,
        newTokens,
        1,
        1,
        EngineOptions.defaults());
  }
}
