/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.keys.KeyStore;
import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.kafka.sealing.TextOpener;
import dev.plumbline.kafka.sealing.TextSealer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * What every role of this module works with.
 *
 * @param clients the cluster
 * @param layout how its topics are divided
 * @param keys the keys of those whose text is written and read
 * @param meters where its meters go
 * @param clock gives accepted times
 * @param progressStyle how progress is shown
 * @param progressOut where progress goes
 */
public record RoleContext(
    KafkaClients clients,
    TopicLayout layout,
    KeyStore keys,
    MeterRegistry meters,
    InstantSource clock,
    ProgressStyle progressStyle,
    PrintStream progressOut) {

  /** Seals what is written. */
  TextSealer sealer() {
    return new TextSealer(keys, meters);
  }

  /** Opens what is read. */
  TextOpener opener() {
    return new TextOpener(keys, meters);
  }

  /** Progress of work without a known end. */
  Progress progress(String title, String unit) {
    return Progress.start(title, unit, OptionalLong.empty(), progressStyle, progressOut, clock);
  }
}
