/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import dev.plumbline.base.settings.Setting;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.util.List;
import java.util.Map;

/**
 * How a controller moves a policy while it speaks: what who learns and who samples must agree on.
 * They are the learner's: it writes them into its versions, and whoever speaks as a version reads
 * them there ({@link #of}). All defaults are our reading: the paper's constants are not known.
 */
public record ControlSettings(
    @Setting(
            doc = "RLDAF: how the controller moves the prompt: bank or gradient.",
            defaultValue = "bank")
        ControlForm controlForm,
    @Setting(
            doc =
                "RLDAF: where the controller's probability changes the bank's level, falling; empty: no prompt.",
            defaultValue = "0.8,0.4")
        List<Double> bankThresholds,
    @Setting(
            doc = "RLDAF: descents of the prompt before each token, with gradient.",
            defaultValue = "1",
            min = "1",
            max = "20")
        int gradientSteps,
    @Setting(doc = "RLDAF: length of each descent, with gradient.", defaultValue = "0.05")
        double gradientStepSize,
    @Setting(
            doc =
                "RLDAF: what the moved prompt's divergence from the unmoved one weighs, with gradient.",
            defaultValue = "0.01")
        double promptKlWeight,
    @Setting(
            doc =
                "RLDAF: share of the moved distribution in the geometric mean with the unmoved, with gradient; 1: off.",
            defaultValue = "1",
            max = "1")
        double movedWeight,
    @Setting(
            doc =
                "RLDAF: what log C counts for in the next token's logit; 0: only the prompt controls.",
            defaultValue = "1",
            min = "0")
        double controlLambda) {

  /** The two forms of {@link PromptControl}, by name. */
  public enum ControlForm {
    BANK,
    GRADIENT
  }

  /**
   * @throws IllegalArgumentException when a part refuses its settings
   */
  public ControlSettings {
    bankThresholds = List.copyOf(bankThresholds);
    new PromptControl.Bank(bankThresholds);
    new PromptControl.Gradient(gradientSteps, gradientStepSize, promptKlWeight);
    new ResidualControl(controlLambda);
    new GeometricMean(movedWeight);
  }

  /** The defaults. */
  public static ControlSettings defaults() {
    return Settings.bind(ControlSettings.class, SettingsSource.empty());
  }

  /**
   * Those among the settings of a version.
   *
   * @param settings by name, as a version's files hold them; others are passed over, and what is
   *     missing has its default
   */
  public static ControlSettings of(Map<String, String> settings) {
    SettingsSource source = SettingsSource.empty();
    for (String name : Settings.asMap(defaults()).keySet()) {
      String value = settings.get(name);
      if (value != null) {
        source = source.with(name, withoutBrackets(value), name);
      }
    }
    return Settings.bind(ControlSettings.class, source);
  }

  /** How the controller moves the prompt. */
  public PromptControl promptControl() {
    return switch (controlForm) {
      case BANK -> new PromptControl.Bank(bankThresholds);
      case GRADIENT -> new PromptControl.Gradient(gradientSteps, gradientStepSize, promptKlWeight);
    };
  }

  /** The residual logit term. */
  public ResidualControl residualControl() {
    return new ResidualControl(controlLambda);
  }

  /** The mean with the unmoved distribution. */
  public GeometricMean geometricMean() {
    return new GeometricMean(movedWeight);
  }

  /** Levels of prompts, level 0, which is none, among them; a prompt that descends is one. */
  public int levels() {
    return switch (promptControl()) {
      case PromptControl.Bank bank -> bank.levels();
      case PromptControl.Gradient gradient -> 2;
    };
  }

  /** Lists are printed in brackets. */
  private static String withoutBrackets(String value) {
    return value.startsWith("[") && value.endsWith("]")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
