/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.base.settings.InvalidSettingsException;
import dev.plumbline.base.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings section {@code kafka} of every role that talks to a cluster. */
public record KafkaSettings(
    @Setting(
            doc = "Where the cluster is: host:port, several separated by commas.",
            defaultValue = "127.0.0.1:9092")
        String bootstrapServers,
    @Setting(
            doc =
                "A properties file with what every client needs besides, such as security.protocol.")
        @Nullable Path clientProperties,
    @Setting(doc = "A schema registry.") @Nullable SchemaRegistrySettings schemaRegistry) {

  /**
   * The connection that these settings describe.
   *
   * @throws InvalidSettingsException when the properties file can't be read
   */
  public KafkaConnection connection() {
    if (clientProperties == null) {
      return KafkaConnection.to(bootstrapServers).with(schemaRegistry);
    }
    try {
      return KafkaConnection.to(bootstrapServers, clientProperties).with(schemaRegistry);
    } catch (IOException e) {
      throw new InvalidSettingsException(
          List.of(
              "kafka.client_properties must be a readable properties file, but %s is none: %s"
                  .formatted(clientProperties, e)));
    }
  }
}
