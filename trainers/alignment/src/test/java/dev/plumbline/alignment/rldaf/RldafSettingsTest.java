/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.alignment.rldaf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import org.junit.jupiter.api.Test;

final class RldafSettingsTest {

  @Test
  void shouldTellWhatIsSetFromWhatIsNot() {
    assertThat(bind("").given()).isEmpty();
    assertThat(bind("attribute_weight: 0.5\naveraging: 0\n").given())
        .containsEntry("attribute_weight", 0.5)
        .containsEntry("averaging", 0.0)
        .hasSize(2);
  }

  private static RldafSettings bind(String yaml) {
    return Settings.bind(
        RldafSettings.class,
        yaml.isEmpty() ? SettingsSource.empty() : SettingsSource.yaml(yaml, "test"));
  }
}
