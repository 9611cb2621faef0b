/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Tick;
import dev.plumbline.events.UnknownSchemaException;
import dev.plumbline.kafka.TopicLayout;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * One partition of all topics keyed by item: reads a record, decides, applies, and then settles
 * whatever the record's time made fall due. Used by one stream thread.
 */
final class ItemPartition {
  private final Intake intake;
  private final PreferenceRules rules;
  private final StoredState state;
  private final Consumer<Effect.Output> outputs;
  private Instant lastTick = Instant.MIN;

  ItemPartition(
      StreamsSettings settings,
      TopicLayout layout,
      StoredState state,
      Consumer<Effect.Output> outputs) {
    this.intake = new Intake(layout);
    this.rules = new PreferenceRules(settings, layout);
    this.state = state;
    this.outputs = outputs;
  }

  /** Takes in one record and does all that follows from it. */
  void take(Origin origin) {
    carryOut(intake.read(origin));
    closeEpochs(origin.partition());
    settleDue(origin);
  }

  /**
   * Takes in news of whom to believe.
   *
   * @param origin the record that brought them
   */
  void learn(Origin origin, TrustNews news) {
    for (Weighable weighable : state.trust().learn(news)) {
      carryOut(new Input.SnapshotArrived(origin, weighable));
    }
  }

  private void closeEpochs(int partition) {
    if (state.clock().isAfter(Instant.EPOCH)) {
      for (EpochReport report : state.trust().close(partition, state.clock())) {
        outputs.accept(new Effect.Report(report));
      }
    }
  }

  private void settleDue(Origin origin) {
    Optional<StoredState.Watched> fallen = state.fallenDue();
    while (fallen.isPresent()) {
      StoredState.Watched watched = fallen.get();
      carryOut(new Input.FellDue(watched.origin().orElse(origin), watched.due()));
      fallen = state.fallenDue();
    }
  }

  /**
   * Returns a tick if something that waits is due at {@code now}, or an epoch in which something
   * was counted is over. Nobody but a tick or an event moves the clock, so one tick per due time is
   * enough.
   */
  Optional<Tick> tick(Instant now) {
    Optional<Instant> due =
        Stream.concat(
                state.firstDue().map(watched -> watched.due().at()).stream(),
                state.trust().countedUntil().stream())
            .min(Comparator.naturalOrder());
    if (due.isEmpty() || due.get().isAfter(now) || !due.get().isAfter(lastTick)) {
      return Optional.empty();
    }
    lastTick = now;
    return Optional.of(new Tick(now));
  }

  /** Returns how many votes, marks, scores and questions wait for the clock. */
  int waiting() {
    return state.waiting();
  }

  private void carryOut(Input input) {
    for (Effect effect : decide(input)) {
      switch (effect) {
        case Effect.Change change -> state.apply(change);
        case Effect.Output output -> outputs.accept(output);
      }
    }
  }

  /** A failure of the stores, or a schema that only a newer reader knows, is no fault of data. */
  private List<Effect> decide(Input input) {
    try {
      return rules.decide(state, input);
    } catch (KafkaException | UnknownSchemaException e) {
      throw e;
    } catch (RuntimeException e) {
      return rules.reject(state, input, e);
    }
  }
}
