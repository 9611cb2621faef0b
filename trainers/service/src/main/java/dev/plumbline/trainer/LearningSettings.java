/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.AgeDiscount;
import dev.plumbline.alignment.Recipe;
import dev.plumbline.alignment.VersionDistance;
import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.PairObjective;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.base.settings.Inlined;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.events.Identity;
import dev.plumbline.lm.ModelIdentity;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a lane learns: everything that, with the feed and the base, decides the bytes of its
 * versions.
 */
public record LearningSettings(
    @Inlined Recipe recipe,
    @Setting(doc = "Examples that make a version.", defaultValue = "64", min = "1", max = "200000")
        int examplesPerVersion,
    @Setting(
            doc =
                "What an objective on pairs learns from: comparisons, or rollouts: the best rewarded completion of a group against the worst (online DPO).",
            defaultValue = "comparisons")
        PairSource pairsFrom,
    @Setting(
            doc = "Newest held-out examples that each version is scored on.",
            defaultValue = "256",
            min = "0",
            max = "100000")
        int evalExamples,
    @Setting(
            doc =
                "Time in which an example loses half its weight, counted back from the newest one of its version; not set: old ones count as new ones.",
            min = "1ms")
        @Nullable Duration ageHalfLife,
    @Setting(
            doc =
                "What becomes of examples by older versions of the policy: accept, weigh (by version_decay for each version in between) or park (beyond max_version_distance).",
            defaultValue = "accept")
        StalenessRule versionDistance,
    @Setting(
            doc = "What an example keeps of its weight for each version in between.",
            defaultValue = "0.9",
            min = "0.000001",
            max = "1")
        double versionDecay,
    @Setting(
            doc = "Versions in between beyond which an example is parked.",
            defaultValue = "4",
            min = "0")
        int maxVersionDistance,
    @Setting(
            doc =
                "What becomes of later revisions of examples that an earlier version learned: skip, relearn, or rebuild (skip, and refuse to go on once one was withdrawn).",
            defaultValue = "skip")
        RevisionRule revisions,
    @Setting(
            doc =
                "Largest share of the weight of a version's examples that one annotator may have; 1 sets no bound.",
            defaultValue = "1",
            min = "0.001",
            max = "1")
        double annotatorShare) {

  /** What becomes of examples by older versions. */
  public enum StalenessRule {
    ACCEPT,
    WEIGH,
    PARK
  }

  /** What pairs are made of. */
  public enum PairSource {
    /** Preference pairs of the feed. */
    COMPARISONS,
    /** Rollout groups of the feed. */
    ROLLOUTS
  }

  /**
   * @throws IllegalArgumentException when a lane can't learn so
   */
  public LearningSettings {
    if (!recipe.usePeft()) {
      throw new IllegalArgumentException(
          "use_peft must be true in a lane, whose versions are adapters; plumbline train learns all weights");
    }
    if (!recipe.isSpokenByLevels()) {
      throw new IllegalArgumentException(
          "control_form must be bank in a lane: no completion records how far the prompt had moved before each token, which the gradient form learns from");
    }
    if (pairsFrom == PairSource.ROLLOUTS && !(recipe.objective() instanceof PairObjective)) {
      throw new IllegalArgumentException(
          "pairs_from goes with objectives on pairs, not with " + recipe.objective().name());
    }
    if (!recipe.lrSchedulerType().falls() && recipe.maxSteps() != null) {
      throw new IllegalArgumentException(
          "max_steps is the end of a falling learning rate, but was %d with lr_scheduler_type %s: a lane has no other end"
              .formatted(
                  recipe.maxSteps(), recipe.lrSchedulerType().name().toLowerCase(Locale.ROOT)));
    }
    if (recipe.objective() instanceof RewardObjective reward) {
      RewardRules.check(reward, recipe);
    }
    // Refused here rather than by the optimizer: a feed has no end by which a rate could fall.
    recipe.adamW();
  }

  /** What is learned by. */
  Objective objective() {
    return recipe.objective();
  }

  /** Whether what learns is a reward model, and no policy. */
  boolean learnsReward() {
    return objective() instanceof RewardObjective;
  }

  long annotatorSharePpm() {
    return Math.round(annotatorShare * 1e6);
  }

  AgeDiscount ageDiscount() {
    return ageHalfLife == null ? new AgeDiscount.None() : new AgeDiscount.HalfLife(ageHalfLife);
  }

  VersionDistance staleness() {
    return switch (versionDistance) {
      case ACCEPT -> new VersionDistance.Accept();
      case WEIGH -> new VersionDistance.Weigh(versionDecay);
      case PARK -> new VersionDistance.Bound(maxVersionDistance);
    };
  }

  /** Every setting by its name, as text, with the objective and the base's shape beside them. */
  Map<String, String> asMap(ModelIdentity base) {
    Map<String, String> map = new TreeMap<>(Settings.asMap(this));
    map.keySet().removeAll(Settings.asMap(recipe).keySet());
    map.putAll(recipe.asMap(base));
    // What lineages were learned without before there was a choice goes without saying.
    if (pairsFrom == PairSource.COMPARISONS) {
      map.remove("pairs_from");
    }
    if (revisions == RevisionRule.SKIP) {
      map.remove("revisions");
    }
    if (annotatorShare == 1) {
      map.remove("annotator_share");
    }
    if (learnsReward()) {
      map.keySet().removeAll(RewardRules.OF_POLICIES);
    }
    return map;
  }

  /** What {@code config_hash} of a version record is: a digest of {@link #asMap}. */
  String hash(ModelIdentity base) {
    return Identity.hash(
        "learning-settings",
        asMap(base).entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new));
  }
}
