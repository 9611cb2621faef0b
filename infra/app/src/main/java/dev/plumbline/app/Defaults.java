/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.feeds.ExampleKind;
import dev.plumbline.feeds.FeedbackKind;
import dev.plumbline.trainer.LaneSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Defaults that fit the model at hand. The pocket policy is a thousand times smaller than the
 * models that the general defaults are for, and learns at rates that would ruin those.
 */
final class Defaults {
  private Defaults() {}

  /** The pocket policy's defaults, unless another model is named. */
  static SettingsSource of(CommonOptions options) {
    if (options.hasModel()) {
      return SettingsSource.empty();
    }
    SettingsSource pocket = SettingsSource.yaml(resource("pocket.yaml"), "defaults");
    // Only DPO's beta is known to suit the pocket policy; other objectives keep their own.
    return options.objective().lossType().equals(List.of("sigmoid"))
        ? pocket.with("trainer.learning.beta", "0.5", "defaults")
        : pocket;
  }

  /** Defaults for learning from a file with a model of one's own. */
  static SettingsSource ofReplay() {
    return SettingsSource.yaml(resource("replay.yaml"), "defaults");
  }

  /**
   * What the simulated annotators must say for all lanes to learn, and what the sampler must put up
   * and wait for: as settings, where the user has not set them.
   */
  static SettingsSource ofLanes(LaneSettings trainer) {
    var kinds = EnumSet.noneOf(ExampleKind.class);
    trainer.withShadows().forEach(lane -> kinds.add(kindFor(lane)));
    String said =
        kinds.stream()
            .map(
                kind ->
                    switch (kind) {
                      case PAIR -> FeedbackKind.COMPARISON;
                      case UNPAIRED -> FeedbackKind.THUMBS;
                      case RANKING -> FeedbackKind.RANKING;
                      case ROLLOUT ->
                          throw new IllegalStateException("annotators say nothing of rollouts");
                    })
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
    SettingsSource settings =
        SettingsSource.empty()
            .with("annotators.kinds", said, "defaults")
            .with(
                "sampler.example_kind",
                kindFor(trainer).name().toLowerCase(Locale.ROOT),
                "defaults");
    return kinds.contains(ExampleKind.RANKING)
        ? settings
            .with("sampler.completions_per_prompt", "3", "defaults")
            .with("sampler.max_draws", "6", "defaults")
        : settings;
  }

  private static ExampleKind kindFor(LaneSettings lane) {
    return switch (lane.learning().recipe().objective()) {
      case PairObjective pairs -> ExampleKind.PAIR;
      case UnpairedObjective unpaired -> ExampleKind.UNPAIRED;
      case ListObjective lists -> ExampleKind.RANKING;
      case RolloutObjective rollouts ->
          throw new IllegalArgumentException(
              "loss_type %s learns from rollouts, which need rewards: simulated annotators give none"
                  .formatted(rollouts.name()));
    };
  }

  private static String resource(String name) {
    try (InputStream in = Defaults.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
