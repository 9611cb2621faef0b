/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams.replay;

import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.Topics;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.Disposition;
import dev.plumbline.streams.EventIdentity;
import dev.plumbline.streams.MemoryPartition;
import dev.plumbline.streams.MemoryTrust;
import dev.plumbline.streams.StreamsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the topology would make of source logs: all item partitions in one loop, their state in
 * memory. It knows no clock but that of the logs, whose ticks it reads like any record; so the same
 * records in the same order give the same examples in the same order. Used by one thread.
 */
public final class ExampleReplay {
  /** The names of the topics that examples are made of, in the order of equal record times. */
  public static final List<String> SOURCES =
      List.of(
          Topics.PROMPTS.name(),
          Topics.COMPLETIONS.name(),
          Topics.TASKS.name(),
          Topics.REWARDS.name(),
          Topics.FEEDBACK.name());

  private final StreamsSettings settings;
  private final TopicLayout layout;
  private final Outputs outputs;
  private final MemoryTrust trust;
  private final Map<Integer, MemoryPartition> partitions = new TreeMap<>();

  /** Takes a disposition with the partition that knows it. */
  public interface DispositionSink {
    /** Shows one. */
    void accept(int partition, EventIdentity identity, Disposition disposition);
  }

  /**
   * @param emitted told of each revision of an example
   * @param setAside told of each dead letter
   */
  public ExampleReplay(
      StreamsSettings settings,
      TopicLayout layout,
      Consumer<TrainingExample> emitted,
      Consumer<DeadLetter> setAside) {
    this.settings = settings;
    this.layout = layout;
    this.trust = new MemoryTrust(settings, layout);
    this.outputs = new Outputs(emitted, setAside);
  }

  /**
   * Returns every revision of every example that logs up to a cut give, in the order of their
   * emission.
   *
   * @param kept which records to read; one left out is as if it had never been written, and moves
   *     no clock either
   */
  public static List<TrainingExample> examples(
      Logs logs,
      Cut upTo,
      StreamsSettings settings,
      TopicLayout layout,
      Predicate<LogRecord> kept) {
    List<TrainingExample> examples = new ArrayList<>();
    var replay = new ExampleReplay(settings, layout, examples::add, letter -> {});
    logs.read(
        SOURCES,
        Cut.START,
        upTo,
        record -> {
          if (kept.test(record)) {
            replay.take(record);
          }
        });
    return examples;
  }

  /**
   * Takes the next record of a source log and does all that follows from it.
   *
   * @throws dev.plumbline.events.UnknownSchemaException if only a newer reader can tell what it is
   */
  public void take(LogRecord record) {
    partition(record.partition())
        .take(record.topic(), record.partition(), record.offset(), record.key(), record.value());
  }

  /** Returns how many further copies of known records were read so far. */
  public long duplicates() {
    return outputs.duplicates;
  }

  /** Returns what has become of an event in a partition; empty if it was not accepted there. */
  public Optional<Disposition> disposition(int partition, EventIdentity identity) {
    return partition(partition).disposition(identity);
  }

  /** Shows what has become of every event. */
  public void forEachDisposition(DispositionSink sink) {
    partitions.forEach(
        (number, partition) ->
            partition.forEachDisposition(
                (identity, disposition) -> sink.accept(number, identity, disposition)));
  }

  private MemoryPartition partition(int number) {
    return partitions.computeIfAbsent(
        number, fresh -> new MemoryPartition(settings, layout, trust, outputs));
  }

  private static final class Outputs implements MemoryPartition.Outputs {
    private final Consumer<TrainingExample> emitted;
    private final Consumer<DeadLetter> setAside;
    private long duplicates;

    Outputs(Consumer<TrainingExample> emitted, Consumer<DeadLetter> setAside) {
      this.emitted = emitted;
      this.setAside = setAside;
    }

    @Override
    public void emitted(TrainingExample example) {
      emitted.accept(example);
    }

    @Override
    public void setAside(DeadLetter letter) {
      setAside.accept(letter);
    }

    @Override
    public void duplicate(String topic) {
      duplicates++;
    }
  }
}
