/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.bench.streams;

import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.streams.TopologyStage;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What is measured beside what.
 *
 * @param stage how far the topology goes
 * @param guarantee Kafka Streams' {@code processing.guarantee}
 * @param commitInterval how long a transaction stays open
 */
record Variant(TopologyStage stage, String guarantee, Duration commitInterval) {
  static Variant exactlyOnce(TopologyStage stage) {
    return new Variant(stage, StreamsConfig.EXACTLY_ONCE_V2, StreamsSettings.COMMIT_INTERVAL);
  }

  static Variant atLeastOnce(TopologyStage stage) {
    return new Variant(stage, StreamsConfig.AT_LEAST_ONCE, StreamsSettings.COMMIT_INTERVAL);
  }

  static Variant committingEvery(Duration interval) {
    return new Variant(TopologyStage.EMIT, StreamsConfig.EXACTLY_ONCE_V2, interval);
  }

  boolean isExactlyOnce() {
    return guarantee.equals(StreamsConfig.EXACTLY_ONCE_V2);
  }

  /** What it is called in tables. */
  String label() {
    String what =
        switch (stage) {
          case COPY -> "copy of the bytes";
          case DECODE -> "decode";
          case DECIDE -> "+ decide, state in memory";
          case STORE -> "+ stores on disk";
          case LOG -> "+ changelogs";
          case EMIT -> "+ examples: the whole topology";
        };
    String committing =
        commitInterval.equals(StreamsSettings.COMMIT_INTERVAL)
            ? ""
            : ", commits every %d ms".formatted(commitInterval.toMillis());
    return what + (isExactlyOnce() ? "" : ", at least once") + committing;
  }

  /** What it is called in JSON. */
  String key() {
    return stage.name().toLowerCase(Locale.ROOT);
  }
}
