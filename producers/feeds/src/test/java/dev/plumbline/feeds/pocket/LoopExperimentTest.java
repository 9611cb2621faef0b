/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.SamplingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the loop's defaults come from: what ten versions make of the pocket policy. */
@Tag("experiments")
class LoopExperimentTest {
  private static final int VERSIONS = 10;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldBeatTheBaseAfterTenVersionsAndStayReadable(long seed, @TempDir Path folder)
      throws IOException {
    PocketPolicy.extractTo(folder);
    try (CausalLanguageModel model = CausalLanguageModel.load(folder, EngineOptions.defaults())) {
      PocketWinRate winRate =
          new PocketWinRate(model, SamplingOptions.of(PocketPolicy.MAX_NEW_TOKENS, 1, 1001));
      winRate.texts(Adapter.none()).subList(0, 5).forEach(text -> System.out.println("-" + text));
      List<String> samples = new ArrayList<>();
      List<Map<String, Double>> versions =
          new LoopSimulation(model, LoopSimulation.Setup.CHOSEN, seed)
              .run(VERSIONS, winRate, samples);
      versions.forEach(LoopExperimentTest::print);
      samples.forEach(text -> System.out.println("+" + text));

      assertThat(versions.getLast().get("eval_win_rate")).isGreaterThan(0.75);
      assertThat(versions.getLast().get("eval_distinct_3_ratio")).isGreaterThan(0.7);
    }
  }

  private static void print(Map<String, Double> metrics) {
    StringBuilder line = new StringBuilder();
    metrics.forEach(
        (name, value) -> line.append(String.format(Locale.ROOT, "%s %.3f  ", name, value)));
    System.out.println(line);
  }
}
