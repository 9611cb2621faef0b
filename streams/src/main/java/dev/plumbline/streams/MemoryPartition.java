/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.TrainingExample;
import dev.plumbline.kafka.TopicLayout;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one item partition with their state in memory: what the topology would make of the
 * records that are handed in, without Kafka Streams. Used by one thread.
 */
public final class MemoryPartition {
  private final Table identities;
  private final ItemPartition partition;
  private final MemoryTrust trust;

  /** News come from no topic. */
  private static final Origin NEWS = new Origin("trust", 0, 0, null, Bytes.of(new byte[0]));

  /** Takes what the rules hand out, in their order. */
  public interface Outputs {
    /** A revision of an example. */
    void emitted(TrainingExample example);

    /** A record that could not be used. */
    void setAside(DeadLetter letter);

    /** A further copy of a known record of a topic. */
    void duplicate(String topic);
  }

  public MemoryPartition(
      StreamsSettings settings, TopicLayout layout, MemoryTrust trust, Outputs outputs) {
    this.trust = trust;
    var store = new MemoryStore(StoredState.STORE);
    identities = new Table(store, Table.Name.IDENTITIES);
    partition =
        new ItemPartition(
            settings,
            layout,
            new StoredState(settings, layout, store),
            output -> handOut(output, outputs));
    trust.join(this);
  }

  private void handOut(Effect.Output output, Outputs outputs) {
    switch (output) {
      case Effect.Emit(TrainingExample example) -> outputs.emitted(example);
      case Effect.SetAside(DeadLetter letter) -> outputs.setAside(letter);
      case Effect.Report(EpochReport report) -> trust.hear(report);
      case Effect.CountDiscounted uncounted -> {}
      case Effect.CountChange uncounted -> {}
      case Effect.CountDuplicate(String topic) -> outputs.duplicate(topic);
    }
  }

  /**
   * Takes in a record as it stands in its topic and does all that follows from it.
   *
   * @throws dev.plumbline.events.UnknownSchemaException if only a newer reader can tell what it is
   */
  public void take(String topic, int number, long offset, @Nullable Bytes key, Bytes value) {
    partition.take(new Origin(topic, number, offset, key, value));
    trust.tell();
  }

  void learn(TrustNews news) {
    partition.learn(NEWS, news);
  }

  /** Returns what has become of an event; empty if none of this identity was accepted. */
  public Optional<Disposition> disposition(EventIdentity identity) {
    byte[] value = identities.get(StateCodec.key(identity.itemId(), identity.eventId()));
    return value == null ? Optional.empty() : Optional.of(Dispositions.disposition(value));
  }

  /** Shows what has become of every event. */
  public void forEachDisposition(BiConsumer<EventIdentity, Disposition> sink) {
    try (Table.Rows all = identities.all()) {
      all.forEachRemaining(
          entry ->
              sink.accept(Dispositions.identity(entry.key), Dispositions.disposition(entry.value)));
    }
  }
}
