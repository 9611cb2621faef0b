/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.alignment.Recipe;
import dev.plumbline.alignment.objectives.RewardObjective;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.reward.RewardPlan;
import java.util.Map;
import java.util.Set;

/** What a lane's settings mean to a reward model. */
final class RewardRules {
  /** What only a policy has. */
  static final Set<String> OF_POLICIES =
      Set.of(
          "trained_parts",
          "prompt_vectors",
          "lora_learning_rate",
          "gradient_checkpointing",
          "sync_ref_model",
          "ref_model_mixup_alpha",
          "ref_model_sync_steps",
          "span_emphasis",
          "log_token_statistics");

  private RewardRules() {}

  /**
   * Refuses what would go unheard.
   *
   * @throws IllegalArgumentException naming a setting that only a policy has
   */
  static void check(RewardObjective objective, Recipe recipe) {
    Map<String, String> defaults =
        Settings.asMap(Settings.bind(Recipe.class, SettingsSource.empty()));
    Settings.asMap(recipe)
        .forEach(
            (name, value) -> {
              if (OF_POLICIES.contains(name) && !value.equals(defaults.get(name))) {
                throw new IllegalArgumentException(
                    "%s means nothing to %s, which learns a reward model, but was %s"
                        .formatted(name, objective.name(), value));
              }
            });
  }

  static RewardPlan plan(RewardObjective objective, Recipe recipe) {
    return new RewardPlan(
        objective.loss(),
        recipe.adamW(),
        recipe.lora(),
        recipe.batchSize(),
        recipe.perDeviceTrainBatchSize(),
        recipe.seed());
  }
}
