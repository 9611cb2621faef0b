/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.base.settings.SettingsSource;

/**
 * What the loop learns by, and from whose judgement: the setting {@code objective}. All it does is
 * set defaults of other sections, so that roles in processes of their own agree when it stands in
 * the file that they share.
 */
public enum Loop {
  /** DPO from what annotators prefer. */
  DPO,
  /** Token-level DPO from the same. */
  TDPO2,
  /** DPO from what a judge prefers of the policy's own completions. */
  ONLINE_DPO,
  /** Group-relative policy optimization from a judge's scores. */
  GRPO,
  /** REINFORCE with a leave-one-out baseline from a judge's scores. */
  RLOO,
  /** RLDAF from a controller's scores of every beginning of what was said under its control. */
  RLDAF;

  /** Whether a judge says what is learned from, and not annotators. */
  boolean isJudged() {
    return switch (this) {
      case DPO, TDPO2 -> false;
      case ONLINE_DPO, GRPO, RLOO, RLDAF -> true;
    };
  }

  /** The defaults of the loop for any model. */
  SettingsSource defaults() {
    return switch (this) {
      case DPO -> SettingsSource.empty();
      case TDPO2 -> learningBy("tdpo2");
      case ONLINE_DPO -> Defaults.yaml("loops/online-dpo.yaml");
      case GRPO -> rollouts("grpo");
      case RLOO -> rollouts("rloo");
      case RLDAF -> Defaults.yaml("loops/rldaf.yaml").over(rollouts("rldaf"));
    };
  }

  /** What else suits the pocket policy. */
  SettingsSource pocketDefaults() {
    return switch (this) {
      case DPO, TDPO2, ONLINE_DPO -> SettingsSource.empty();
      case GRPO, RLOO -> Defaults.yaml("loops/pocket-rollouts.yaml");
      case RLDAF ->
          Defaults.yaml("loops/pocket-rldaf.yaml")
              .over(Defaults.yaml("loops/pocket-rollouts.yaml"));
    };
  }

  private static SettingsSource rollouts(String lossType) {
    return learningBy(lossType).over(Defaults.yaml("loops/rollouts.yaml"));
  }

  private static SettingsSource learningBy(String lossType) {
    return SettingsSource.empty().with("trainer.learning.loss_type", lossType, "objective");
  }
}
