/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.base.progress.ProgressStyle;
import dev.plumbline.kafka.KafkaClients;
import dev.plumbline.kafka.TopicLayout;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * What every role of this module works with.
 *
 * @param clients the cluster
 * @param layout how its topics are divided
 * @param meters where its meters go
 * @param clock gives accepted times
 * @param progressStyle how progress is shown
 * @param progressOut where progress goes
 */
public record RoleContext(
    KafkaClients clients,
    TopicLayout layout,
    MeterRegistry meters,
    InstantSource clock,
    ProgressStyle progressStyle,
    PrintStream progressOut) {

  /** Progress of work without a known end. */
  Progress progress(String title, String unit) {
    return Progress.start(title, unit, OptionalLong.empty(), progressStyle, progressOut, clock);
  }
}
