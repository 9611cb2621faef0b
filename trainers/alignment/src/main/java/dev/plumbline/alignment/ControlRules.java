/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment;

import dev.plumbline.alignment.objectives.Objective;
import dev.plumbline.alignment.objectives.RldafObjective;
import dev.plumbline.alignment.objectives.RldafPairObjective;
import dev.plumbline.alignment.rldaf.TrainedPart;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.reward.control.ControlSettings;
import dev.plumbline.reward.control.ControlSettings.ControlForm;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What goes together of an objective, what it trains, and how a controller moves it. */
final class ControlRules {
  private static final List<String> OF_GRADIENT =
      List.of("gradient_steps", "gradient_step_size", "prompt_kl_weight", "moved_weight");
  private static final List<String> OF_BANK = List.of("bank_thresholds");

  private ControlRules() {}

  /**
   * @throws IllegalArgumentException naming the setting that does not apply
   */
  static void check(
      Objective objective, ControlSettings control, List<TrainedPart> given, boolean usePeft) {
    if (given.size() != Set.copyOf(given).size()) {
      throw new IllegalArgumentException(
          "trained_parts must name each of prompt, bias and lora at most once, but was " + given);
    }
    if (!usePeft && !given.isEmpty()) {
      throw new IllegalArgumentException(
          "trained_parts must be empty with use_peft false, which trains all weights, but was "
              + given);
    }
    if (!usePeft && (isRldaf(objective) || objective.needsCritic())) {
      throw new IllegalArgumentException(
          "use_peft must be true with %s, which trains a small part beside the model"
              .formatted(objective.name()));
    }
    Set<TrainedPart> parts = parts(objective, given);
    if (objective.needsCritic() && !parts.equals(Set.of(TrainedPart.LORA))) {
      throw new IllegalArgumentException(
          "trained_parts must be lora with %s, whose critic stands on the hidden states, but was %s"
              .formatted(objective.name(), given));
    }
    if (!(objective instanceof RldafObjective)) {
      refuse(
          control,
          Settings.asMap(control).keySet(),
          "goes with loss_type rldaf, not with " + objective.name());
      if (parts.contains(TrainedPart.PROMPT)) {
        throw new IllegalArgumentException(
            "trained_parts prompt goes with loss_type rldaf: what %s learns from doesn't say which prompt acted"
                .formatted(objective.name()));
      }
    } else if (!parts.contains(TrainedPart.PROMPT)) {
      refuse(control, OF_GRADIENT, "moves a prompt: trained_parts must name prompt");
      refuse(control, OF_BANK, "moves a prompt: trained_parts must name prompt");
      refuse(control, List.of("control_form"), "moves a prompt: trained_parts must name prompt");
    } else if (control.controlForm() == ControlForm.BANK) {
      refuse(control, OF_GRADIENT, "goes with control_form gradient");
      if (control.levels() == 1) {
        throw new IllegalArgumentException(
            "bank_thresholds must name at least one threshold where trained_parts names prompt: without any no prompt ever acts");
      }
    } else {
      refuse(control, OF_BANK, "goes with control_form bank");
    }
  }

  /** Whether it is RLDAF, which has defaults of its own. */
  static boolean isRldaf(Objective objective) {
    return objective instanceof RldafObjective || objective instanceof RldafPairObjective;
  }

  /** What learns: what is given, or what the objective has by default. */
  static Set<TrainedPart> parts(Objective objective, List<TrainedPart> given) {
    if (!given.isEmpty()) {
      return Collections.unmodifiableSet(EnumSet.copyOf(given));
    }
    return switch (objective) {
      case RldafObjective rldaf ->
          Collections.unmodifiableSet(EnumSet.of(TrainedPart.PROMPT, TrainedPart.BIAS));
      case RldafPairObjective rldaf -> Set.of(TrainedPart.BIAS);
      default -> Set.of(TrainedPart.LORA);
    };
  }

  /** The control that acts: without soft prompts no prompt does, whatever the thresholds. */
  static ControlSettings inUse(ControlSettings control, Set<TrainedPart> parts) {
    return parts.contains(TrainedPart.PROMPT)
        ? control
        : new ControlSettings(
            ControlForm.BANK,
            List.of(),
            control.gradientSteps(),
            control.gradientStepSize(),
            control.promptKlWeight(),
            control.movedWeight(),
            control.controlLambda());
  }

  private static void refuse(ControlSettings control, Iterable<String> names, String reason) {
    Map<String, String> given = Settings.asMap(control);
    Map<String, String> defaults = Settings.asMap(ControlSettings.defaults());
    for (String name : names) {
      if (!Objects.equals(given.get(name), defaults.get(name))) {
        throw new IllegalArgumentException(
            "%s %s, but was %s".formatted(name, reason, given.get(name)));
      }
    }
  }
}
