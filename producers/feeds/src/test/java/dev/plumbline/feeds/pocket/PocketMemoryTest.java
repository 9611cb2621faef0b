/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.plumbline.alignment.EncodedPair;
import dev.plumbline.alignment.ExampleEncoder;
import dev.plumbline.alignment.ObjectiveTrainer;
import dev.plumbline.alignment.StepPlan;
import dev.plumbline.alignment.TrainedPolicy;
import dev.plumbline.alignment.objectives.DpoObjective;
import dev.plumbline.alignment.objectives.ScoredPair;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.LoraAdapter;
import dev.plumbline.lm.LoraConfig;
import dev.plumbline.lm.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long training on the pocket policy takes no more memory than short training. */
final class PocketMemoryTest {
  private static final int PAIRS = 2;

  @TempDir private Path folder;

  @Test
  void shouldLeaveNoNativeArrayOpenAfterFiveHundredSteps() throws IOException {
    try (Run run = new Run(folder)) {
      run.steps(2);
      long open = run.model.openArrays();
      assertThat(open).isPositive();
      run.steps(500);
      assertThat(run.model.openArrays()).isEqualTo(open);
    }
  }

  @Test
  @Tag("experiments")
  void shouldKeepResidentMemoryFlatOverFiveThousandSteps() throws IOException {
    assumeThat(Files.exists(Path.of("/proc/self/status"))).as("a /proc file system").isTrue();
    try (Run run = new Run(folder)) {
      run.steps(1000);
      long before = residentKiB();
      for (int thousand = 1; thousand <= 5; thousand++) {
        run.steps(1000);
        System.out.printf("%d steps: %d MiB resident%n", 1000 * thousand, residentKiB() / 1024);
      }
      assertThat(residentKiB() - before).as("growth in KiB").isLessThan(24 * 1024);
    }
  }

  private static long residentKiB() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private static final class Run implements AutoCloseable {
    private final CausalLanguageModel model;
    private final LoraAdapter adapter;
    private final AdamW optimizer;
    private final ObjectiveTrainer<EncodedPair, ScoredPair> trainer;
    private final List<EncodedPair> pairs = new ArrayList<>();

    Run(Path folder) throws IOException {
      PocketPolicy.extractTo(folder);
      model = CausalLanguageModel.load(folder, EngineOptions.defaults());
      adapter = LoraAdapter.initialize(model, LoraConfig.of(4, 8), 1);
      optimizer = AdamW.create(AdamWConfig.of(1e-4), adapter.parameters());
      trainer =
          ObjectiveTrainer.ofPairs(
              new TrainedPolicy.OfAdapter(model, adapter),
              optimizer,
              new DpoObjective(0.1, 0),
              new StepPlan(PAIRS, PAIRS, 64, 0));
      ExampleEncoder encoder = ExampleEncoder.of(model, 64);
      for (int i = 0; i < 10; i++) {
        String prompt = "This film was ".substring(0, 4 + i);
        pairs.add(encoder.pair(prompt, "very good ".repeat(1 + i % 3), "bad", 1, 0, 1));
      }
    }

    void steps(int count) {
      for (int step = 0; step < count; step++) {
        int from = step % (pairs.size() - PAIRS);
        assertThat(trainer.step(pairs.subList(from, from + PAIRS)).report())
            .isInstanceOf(StepReport.Applied.class);
      }
    }

    @Override
    public void close() {
      optimizer.close();
      adapter.close();
      model.close();
    }
  }
}
