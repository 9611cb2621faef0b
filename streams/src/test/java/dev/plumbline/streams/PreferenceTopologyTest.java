/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.kafka.KafkaConnection;
import dev.plumbline.kafka.TopicLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class PreferenceTopologyTest {
  /**
   * Names of nodes and stores are names of changelogs: a running cluster depends on them. A change
   * here is a migration.
   */
  @Test
  void shouldKeepTheApprovedShape() throws IOException {
    String shape =
        PreferenceTopology.build(
                Fixtures.SETTINGS,
                Fixtures.LAYOUT,
                new SimpleMeterRegistry(),
                Stores::inMemoryKeyValueStore)
            .describe()
            .toString();

    try (InputStream approved = getClass().getResourceAsStream("topology.approved.txt")) {
      assertThat(shape.strip())
          .isEqualTo(new String(approved.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  @Test
  void shouldKeepStandbyStoresWhereTopicsHaveReplicas() {
    var replicated = new TopicLayout(List.of("assistant"), 4, 3);

    Properties config =
        StreamsRole.config(
            Fixtures.SETTINGS, replicated, KafkaConnection.to("broker:9092"), Path.of("state"));

    assertThat(config)
        .containsEntry("num.standby.replicas", 1)
        .containsEntry("replication.factor", 3)
        .containsEntry("topic.min.insync.replicas", "2");
  }

  @Test
  void shouldGoOnOnlyAfterATransactionThatTookTooLong() {
    var late = new StreamsException("commit failed", new InvalidTxnStateException("aborted"));

    assertThat(StreamsRole.outlivedItsTransaction(late)).isTrue();
    assertThat(StreamsRole.outlivedItsTransaction(new StreamsException("other"))).isFalse();
  }

  @Test
  void shouldRunExactlyOnceWithoutCacheUnderTheClassicProtocol() {
    Properties config =
        StreamsRole.config(
            Fixtures.SETTINGS,
            Fixtures.LAYOUT,
            KafkaConnection.to("broker:9092"),
            Path.of("state"));

    assertThat(config)
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("statestore.cache.max.bytes", 0L)
        .containsEntry("group.protocol", "classic")
        .containsEntry("producer.transaction.timeout.ms", 10_000)
        .containsEntry("ensure.explicit.internal.resource.naming", true)
        .containsEntry("state.dir", "state");
    assertThat((int) config.get("producer.max.request.size")).isGreaterThan(2 * 1024 * 1024);
  }
}
