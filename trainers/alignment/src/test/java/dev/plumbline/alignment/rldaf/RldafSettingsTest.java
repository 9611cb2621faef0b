/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import dev.plumbline.reward.control.PromptControl;
import dev.plumbline.reward.control.ResidualControl;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RldafSettingsTest {

  @Test
  void shouldDefaultToTheBankForm() {
    RldafSettings settings = bind("");

    assertThat(settings.promptControl()).isEqualTo(new PromptControl.Bank(List.of(0.8, 0.4)));
    assertThat(settings.residualControl()).isEqualTo(new ResidualControl(1));
    assertThat(settings.trainedParts()).containsExactly(TrainedPart.PROMPT, TrainedPart.BIAS);
    assertThat(settings.learningRateOrDefault()).isEqualTo(1e-2);
    assertThat(settings.rldaf().adjustment())
        .isEqualTo(new WeightAdjustment(0.8, 0.3, 0.9, 0.99, 0.15));
    assertThat(settings.rldaf().largestImportanceWeight()).isEqualTo(2);
  }

  @Test
  void shouldTakeTheGradientForm() {
    assertThat(bind("control_form: gradient\ngradient_steps: 3\n").promptControl())
        .isEqualTo(new PromptControl.Gradient(3, 0.05, 0.01));
  }

  @Test
  void shouldLearnAdaptersSlower() {
    assertThat(bind("trained_parts: [prompt, lora]\n").learningRateOrDefault()).isEqualTo(1e-4);
  }

  @Test
  void shouldRefuseWhatAPartRefuses() {
    assertThatThrownBy(() -> bind("bank_thresholds: [0.4, 0.8]\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("bank_thresholds");
    assertThatThrownBy(() -> bind("trained_parts: [bias, bias]\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("trained_parts");
    assertThatThrownBy(() -> bind("target_divergence: 0\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("target_divergence");
  }

  private static RldafSettings bind(String yaml) {
    return Settings.bind(
        RldafSettings.class,
        yaml.isEmpty() ? SettingsSource.empty() : SettingsSource.yaml(yaml, "test"));
  }
}
