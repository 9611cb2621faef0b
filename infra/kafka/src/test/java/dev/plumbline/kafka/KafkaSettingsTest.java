/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Settings;
import dev.plumbline.base.settings.SettingsSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaSettingsTest {

  @Test
  void shouldTalkToTheLocalBrokerByDefault() throws Exception {
    KafkaSettings settings = Settings.bind(KafkaSettings.class, SettingsSource.empty());

    assertThat(settings.connection())
        .isEqualTo(KafkaConnection.to("127.0.0.1:" + LocalBroker.DEFAULT_PORT));
  }

  @Test
  void shouldTakeClientPropertiesFromTheirFileAndNeverPrintThem(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("client.properties"), "sasl.jaas.config=s3cret\n");

    KafkaSettings settings =
        Settings.bind(
            KafkaSettings.class,
            SettingsSource.empty()
                .with(List.of("bootstrap_servers=k1:9092,k2:9092", "client_properties=" + file)));

    assertThat(settings.connection().properties()).isEqualTo(Map.of("sasl.jaas.config", "s3cret"));
    assertThat(settings.connection()).hasToString("k1:9092,k2:9092");
  }

  @Test
  void shouldNameClientPropertiesThatCannotBeRead(@TempDir Path folder) {
    KafkaSettings settings = new KafkaSettings("k1:9092", folder.resolve("absent"), null);

    assertThatThrownBy(settings::connection)
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("kafka.client_properties", folder.resolve("absent").toString());
  }
}
