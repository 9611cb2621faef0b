/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ControlSettingsTest {

  @Test
  void shouldDefaultToTheBankForm() {
    ControlSettings settings = ControlSettings.defaults();

    assertThat(settings.promptControl()).isEqualTo(new PromptControl.Bank(List.of(0.8, 0.4)));
    assertThat(settings.residualControl()).isEqualTo(new ResidualControl(1));
    assertThat(settings.geometricMean()).isEqualTo(new GeometricMean(1));
    assertThat(settings.levels()).isEqualTo(3);
  }

  @Test
  void shouldTakeTheGradientForm() {
    ControlSettings settings = bind("control_form: gradient\ngradient_steps: 3\n");

    assertThat(settings.promptControl()).isEqualTo(new PromptControl.Gradient(3, 0.05, 0.01));
    assertThat(settings.levels()).isEqualTo(2);
  }

  @Test
  void shouldBeReadFromTheSettingsThatAVersionWasLearnedWith() {
    for (String yaml :
        List.of(
            "control_lambda: 4",
            "bank_thresholds: [0.9, 0.5, 0.1]",
            "bank_thresholds: []",
            "control_form: gradient\nmoved_weight: 0.9")) {
      ControlSettings settings = bind(yaml);

      assertThat(ControlSettings.of(Settings.asMap(settings))).as(yaml).isEqualTo(settings);
    }
    assertThat(ControlSettings.of(Map.of("beta", "0.1"))).isEqualTo(ControlSettings.defaults());
  }

  @Test
  void shouldRefuseWhatAPartRefuses() {
    assertThatThrownBy(() -> bind("bank_thresholds: [0.4, 0.8]\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("bank_thresholds");
    assertThatThrownBy(() -> bind("gradient_step_size: 0\n"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("gradient_step_size");
  }

  private static ControlSettings bind(String yaml) {
    return Settings.bind(ControlSettings.class, SettingsSource.yaml(yaml, "test"));
  }
}
