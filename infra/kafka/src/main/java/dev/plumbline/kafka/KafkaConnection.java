/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster to talk to, and how to be let in.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param properties what every client needs besides, such as {@code security.protocol}; never
 *     printed
 * @param schemaRegistry where schemas are registered; null where records travel in Avro's
 *     single-object encoding
 */
public record KafkaConnection(
    String bootstrapServers,
    Map<String, String> properties,
    @Nullable SchemaRegistrySettings schemaRegistry) {

  public KafkaConnection {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrap servers must be host:port, but were empty");
    }
    properties = Map.copyOf(properties);
  }

  /** A cluster that lets everybody in. */
  public static KafkaConnection to(String bootstrapServers) {
    return new KafkaConnection(bootstrapServers, Map.of(), null);
  }

  /** A cluster whose client properties stand in a file, as Kafka's own tools take them. */
  public static KafkaConnection to(String bootstrapServers, Path propertiesFile)
      throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(propertiesFile)) {
      properties.load(reader);
    }
    return new KafkaConnection(
        bootstrapServers,
        properties.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, properties::getProperty)),
        null);
  }

  /** The same cluster, its records written in the wire format of a schema registry, if any. */
  public KafkaConnection with(@Nullable SchemaRegistrySettings registry) {
    return new KafkaConnection(bootstrapServers, properties, registry);
  }

  @Override
  public String toString() {
    return bootstrapServers;
  }
}
