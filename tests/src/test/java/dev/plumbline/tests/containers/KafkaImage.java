/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.containers;

import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The image of Kafka that tests run, {@code -Dplumbline.kafka.image}: the official one of the
 * version of the clients, or one built by {@code infra/docker/build-kafka-image.sh}.
 */
public final class KafkaImage {
  private static final String OFFICIAL = "apache/kafka";

  private KafkaImage() {}

  /** Returns a container of one broker, not started. */
  public static KafkaContainer container() {
    String image =
        System.getProperty("plumbline.kafka.image", OFFICIAL + ":" + AppInfoParser.getVersion());
    return new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor(OFFICIAL));
  }
}
