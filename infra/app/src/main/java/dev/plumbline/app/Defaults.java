/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.alignment.objectives.ListObjective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.alignment.objectives.RolloutObjective;
import dev.plumbline.alignment.objectives.UnpairedObjective;
import dev.plumbline.app.CommonOptions.Flag;
import dev.plumbline.app.models.InputException;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Defaults that fit the model at hand. The pocket policy is a thousand times smaller than the
 * models that the general defaults are for, and learns at rates that would ruin those.
 */
final class Defaults {
  private static final Map<List<String>, String> POCKET_BETAS =
      Map.of(List.of("sigmoid"), "0.5", List.of("grpo"), "0.2");

  private Defaults() {}

  /**
   * The settings of a process: defaults of the loop that the user chose, of the pocket policy
   * unless another model is named, and of what its lanes learn from; then what the user says.
   */
  static AppSettings settings(CommonOptions options, List<Flag> flags) {
    AppSettings given = options.settings(SettingsSource.empty(), flags);
    SettingsSource defaults = given.objective().defaults();
    if (given.model() == null) {
      defaults = pocket(given.objective(), options.settings(defaults, flags)).over(defaults);
    }
    LaneSettings trainer = options.settings(defaults, flags).trainer();
    return options.settings(defaults.over(ofLanes(trainer)), flags);
  }

  /**
   * The settings of a process that learns from a file.
   *
   * @throws InputException for a loop in which somebody would have to judge new completions
   */
  static AppSettings ofReplay(CommonOptions options, List<Flag> flags) {
    Loop loop = options.settings(SettingsSource.empty(), flags).objective();
    if (loop.isJudged()) {
      throw new InputException(
          "objective",
          "%s learns from a judge of new completions, but a file was named to learn from: expected dpo or tdpo2, or no file"
              .formatted(loop.name().toLowerCase(Locale.ROOT)));
    }
    return options.settings(yaml("replay.yaml").over(loop.defaults()), flags);
  }

  private static SettingsSource pocket(Loop loop, AppSettings settings) {
    SettingsSource pocket = loop.pocketDefaults().over(yaml("pocket.yaml"));
    List<String> lossType = settings.trainer().learning().recipe().loss().lossType();
    // These betas are known to suit the pocket policy; other objectives keep their own.
    @Nullable String beta = POCKET_BETAS.get(lossType);
    return beta == null ? pocket : pocket.with("trainer.learning.beta", beta, "defaults");
  }

  /** Whether a lane learns from what people say; in an online loop a judge says it. */
  static boolean needsAnnotators(AppSettings settings) {
    return settings.objective() != Loop.ONLINE_DPO
        && kinds(settings.trainer()).stream().anyMatch(kind -> saidFor(kind).isPresent());
  }

  /** Whether a lane learns from what a judge says. */
  static boolean needsJudge(AppSettings settings) {
    return settings.objective() == Loop.ONLINE_DPO
        || kinds(settings.trainer()).contains(ExampleKind.ROLLOUT);
  }

  /** What lanes learn from, each kind once. */
  private static Set<ExampleKind> kinds(LaneSettings trainer) {
    var kinds = EnumSet.noneOf(ExampleKind.class);
    trainer.withShadows().forEach(lane -> kinds.add(kindFor(lane)));
    return kinds;
  }

  /**
   * What the simulated annotators must say for all lanes to learn, and what the sampler must put up
   * and wait for: as settings, where the user has not set them.
   */
  private static SettingsSource ofLanes(LaneSettings trainer) {
    Set<ExampleKind> kinds = kinds(trainer);
    SettingsSource settings =
        SettingsSource.empty()
            .with(
                "sampler.example_kind",
                kindFor(trainer).name().toLowerCase(Locale.ROOT),
                "defaults");
    String said =
        kinds.stream()
            .flatMap(kind -> saidFor(kind).stream())
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
    if (!said.isEmpty()) {
      settings = settings.with("annotators.kinds", said, "defaults");
    }
    return kinds.contains(ExampleKind.RANKING)
        ? settings
            .with("sampler.completions_per_prompt", "3", "defaults")
            .with("sampler.max_draws", "6", "defaults")
        : settings;
  }

  private static Optional<FeedbackKind> saidFor(ExampleKind kind) {
    return switch (kind) {
      case PAIR -> Optional.of(FeedbackKind.COMPARISON);
      case UNPAIRED -> Optional.of(FeedbackKind.THUMBS);
      case RANKING -> Optional.of(FeedbackKind.RANKING);
      case ROLLOUT -> Optional.empty();
    };
  }

  private static ExampleKind kindFor(LaneSettings lane) {
    return switch (lane.learning().recipe().objective()) {
      case PairObjective pairs ->
          switch (lane.learning().pairsFrom()) {
            case COMPARISONS -> ExampleKind.PAIR;
            case ROLLOUTS -> ExampleKind.ROLLOUT;
          };
      case RewardObjective reward -> ExampleKind.PAIR;
      case UnpairedObjective unpaired -> ExampleKind.UNPAIRED;
      case ListObjective lists -> ExampleKind.RANKING;
      case RolloutObjective rollouts -> ExampleKind.ROLLOUT;
    };
  }

  /** Settings of the class path. */
  static SettingsSource yaml(String name) {
    try (InputStream in = Defaults.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return SettingsSource.yaml(new String(in.readAllBytes(), StandardCharsets.UTF_8), "defaults");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
