/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.CloudEventHeaders;
import dev.plumbline.events.TrustEpoch;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Connects the {@link TrustTask} to Kafka Streams. */
final class TrustProcessor implements Processor<byte[], byte[], Object, Object> {
  private final TrustSettings settings;
  private final int partitions;
  private final Duration tickInterval;
  private final TrustMeters meters;
  private @Nullable ProcessorContext<Object, Object> context;
  private @Nullable TrustTask task;

  TrustProcessor(
      TrustSettings settings, int partitions, Duration tickInterval, TrustMeters meters) {
    this.meters = meters;
    this.settings = settings;
    this.partitions = partitions;
    this.tickInterval = tickInterval;
  }

  /** Streams may call this again after {@link #close}: everything is read from the store anew. */
  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    task =
        new TrustTask(settings, partitions, context.getStateStore(TrustTask.STORE), this::handOut);
    context.schedule(tickInterval, PunctuationType.WALL_CLOCK_TIME, timestamp -> tick());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    task.take(TrustCodec.report(record.value()));
  }

  private void tick() {
    task.ticks()
        .forEach(
            (partition, tick) ->
                context.forward(
                    new Record<>(partition, tick, tick.acceptedAt().toEpochMilli(), headers(tick)),
                    PreferenceTopology.LAGGARDS_SINK));
  }

  private void handOut(TrustOutput output) {
    switch (output) {
      case TrustOutput.Closed(TrustSnapshot snapshot, TrustCounts counts) ->
          meters.closed(snapshot, counts);
      case TrustOutput.Publish(TrustEpoch epoch) ->
          context.forward(
              new Record<>(
                  epoch.annotatorId(), epoch, epoch.endsAt().toEpochMilli(), headers(epoch)),
              PreferenceTopology.ANNOTATORS_SINK);
      case TrustOutput.Tell(TrustNews news) -> {
        byte[] value = TrustCodec.value(news);
        for (int partition = 0; partition < partitions; partition++) {
          context.forward(
              new Record<>(partition, value, context.currentStreamTimeMs()),
              PreferenceTopology.NEWS_SINK);
        }
      }
    }
  }

  private static Headers headers(java.lang.Record value) {
    Headers headers = new RecordHeaders();
    CloudEventHeaders.of(value)
        .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }
}
