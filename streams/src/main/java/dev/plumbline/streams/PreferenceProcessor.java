/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.CloudEventHeaders;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.TopicLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Connects an {@link ItemPartition} to Kafka Streams. */
final class PreferenceProcessor implements Processor<byte[], byte[], Object, Object> {
  private final StreamsSettings settings;
  private final TopicLayout layout;
  private final StreamsMeters meters;
  private @Nullable ProcessorContext<Object, Object> context;
  private @Nullable ItemPartition partition;

  PreferenceProcessor(StreamsSettings settings, TopicLayout layout, StreamsMeters meters) {
    this.settings = settings;
    this.layout = layout;
    this.meters = meters;
  }

  /** Streams may call this again after {@link #close}: everything is read from the stores anew. */
  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    partition =
        new ItemPartition(
            settings,
            layout,
            new StoredState(settings, layout, context.getStateStore(StoredState.STORE)),
            this::handOut);
    context.schedule(
        settings.tickInterval(), PunctuationType.WALL_CLOCK_TIME, timestamp -> tick(timestamp));
    showWaiting();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    var origin =
        new Origin(
            metadata.topic(),
            metadata.partition(),
            metadata.offset(),
            record.key() == null ? null : Bytes.of(record.key()),
            Bytes.of(record.value() == null ? new byte[0] : record.value()));
    if (metadata.topic().endsWith(PreferenceTopology.NEWS)) {
      partition.learn(origin, TrustCodec.news(record.value()));
    } else {
      meters.read(metadata.topic());
      partition.take(origin);
    }
    showWaiting();
  }

  @Override
  public void close() {
    meters.closed(context.taskId().partition());
  }

  private void tick(long nowMillis) {
    partition
        .tick(Instant.ofEpochMilli(nowMillis))
        .ifPresent(
            tick ->
                context.forward(
                    record(context.taskId().partition(), tick, tick.acceptedAt()),
                    PreferenceTopology.TICKS_SINK));
  }

  private void handOut(Effect.Output output) {
    meters.count(output);
    switch (output) {
      case Effect.Emit(TrainingExample example) ->
          context.forward(
              record(example.policy(), example, example.evidence().newestAcceptedAt()),
              PreferenceTopology.EXAMPLES_SINK);
      case Effect.SetAside(DeadLetter letter) ->
          context.forward(
              record(
                  letter.key() == null ? null : letter.key().toArray(),
                  letter,
                  letter.acceptedAt()),
              PreferenceTopology.DEAD_LETTERS_SINK);
      case Effect.Report(EpochReport report) ->
          context.forward(
              new Record<>(
                  context.taskId().partition(),
                  TrustCodec.value(report),
                  context.currentStreamTimeMs()),
              PreferenceTopology.REPORTS_SINK);
      case Effect.CountDiscounted counted -> {}
      case Effect.CountDuplicate counted -> {}
      case Effect.CountChange counted -> {}
    }
  }

  private static Record<Object, Object> record(@Nullable Object key, Object value, Instant time) {
    Headers headers = new RecordHeaders();
    CloudEventHeaders.of((java.lang.Record) value)
        .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return new Record<>(key, value, Math.max(0, time.toEpochMilli()), headers);
  }

  private void showWaiting() {
    meters.waiting(context.taskId().partition(), partition.waiting());
  }
}
