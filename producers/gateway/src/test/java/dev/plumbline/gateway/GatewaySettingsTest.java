/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewaySettingsTest {
  @Test
  void shouldListenOnALoopbackAddressByDefault() {
    assertThat(bind())
        .isEqualTo(new GatewaySettings("127.0.0.1", 8080, null, Duration.ofSeconds(5), 1000));
  }

  @Test
  void shouldListenElsewhereOnlyWithKeys() {
    assertThatThrownBy(() -> bind("host=0.0.0.0"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("unless api_key_file is given, but was 0.0.0.0");
    assertThat(bind("host=0.0.0.0", "api_key_file=keys").apiKeyFile()).isEqualTo(Path.of("keys"));
    assertThat(bind("host=::1").host()).isEqualTo("::1");
  }

  @Test
  void shouldRefuseValuesOutOfRange() {
    assertThatThrownBy(() -> bind("port=70000")).hasMessageContaining("65535");
    assertThatThrownBy(() -> bind("ack_timeout=2h")).hasMessageContaining("ack_timeout");
  }

  private static GatewaySettings bind(String... assignments) {
    return Settings.bind(GatewaySettings.class, SettingsSource.empty().with(List.of(assignments)));
  }
}
