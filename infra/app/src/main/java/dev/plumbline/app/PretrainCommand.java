/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.feeds.pocket.PocketPretraining;
import dev.plumbline.feeds.pocket.PretrainSettings;
import dev.plumbline.lm.EngineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the pocket policy anew. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the pocket policy from its seed: generates short reviews, trains a tokenizer and a small"
          + " Llama, writes a Hugging Face directory with the recipe beside it."
    },
    footer = {"", "Example:", "  plumbline pretrain --output-dir pocket --set seed=7"})
final class PretrainCommand implements Callable<Integer> {
  @Option(
      names = "--output-dir",
      required = true,
      paramLabel = "DIR",
      description = "Where the model goes.")
  private Path outputDir = Path.of(".");

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting of the recipe.")
  private List<String> assignments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    PretrainSettings settings =
        Settings.bind(PretrainSettings.class, SettingsSource.empty().with(assignments));
    try (Progress progress = progress(settings)) {
      System.out.println(
          new PocketPretraining(settings).writeTo(outputDir, EngineOptions.defaults(), progress));
    }
    return 0;
  }

  private static Progress progress(PretrainSettings settings) {
    return Progress.start(
        "pretraining",
        "steps",
        OptionalLong.of(settings.steps()),
        ProgressStyle.detect(),
        System.err,
        InstantSource.system());
  }
}
