/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Tick;
import dev.plumbline.events.TrustEpoch;
import dev.plumbline.judgement.trust.LedgerEntry;
import dev.plumbline.judgement.trust.Overlap;
import dev.plumbline.judgement.trust.Standing;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustEstimate;
import dev.plumbline.judgement.trust.TrustLedger;
import dev.plumbline.judgement.trust.TrustPolicy;
import dev.plumbline.judgement.trust.TrustSnapshot;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up what all partitions counted, and, as soon as all of them have closed an epoch, says whom
 * to believe after it. What it says of an epoch is a function of the partitions' logs alone, in
 * whichever order their reports come. There is one in a cluster; used by one stream thread.
 */
final class TrustTask {
  /** The name of its store. */
  static final String STORE = "trust";

  private static final Logger log = LoggerFactory.getLogger(TrustTask.class);

  /** Keeps news well below the size that a record may have. */
  private static final int ANNOTATORS_PER_NEWS = 1_000;

  private static final Bytes SELF = StateCodec.key("trust");
  private static final String PARTITION = "partition";

  private final int partitions;
  private final Epochs epochs;
  private final TrustPolicy policy;
  private final CountStore pending;
  private final Table ledgerTable;
  private final Table standingTable;
  private final Table progressTable;
  private final Consumer<TrustOutput> outputs;
  private final Map<Integer, Long> closed = new TreeMap<>();
  private final SortedMap<String, Standing> standings = new TreeMap<>();
  private final Map<Integer, Long> ticked = new HashMap<>();
  private TrustLedger ledger;
  private @Nullable Long through;

  TrustTask(
      TrustSettings settings,
      int partitions,
      KeyValueStore<Bytes, byte[]> store,
      Consumer<TrustOutput> outputs) {
    this.partitions = partitions;
    this.outputs = outputs;
    epochs = settings.epochs();
    policy = settings.policy();
    pending = new CountStore(new Table(store, Table.Name.TRUST_PENDING));
    ledgerTable = new Table(store, Table.Name.TRUST_LEDGER);
    standingTable = new Table(store, Table.Name.TRUST_STANDINGS);
    progressTable = new Table(store, Table.Name.TRUST_PROGRESS);
    TrustCodec.Progress progress = progress();
    through = progress.through();
    ledger = readLedger(progress.ledgerEpoch());
    each(
        standingTable,
        (key, value) ->
            standings.put(StateCodec.parts(key).getFirst(), TrustCodec.standing(value)));
    for (int partition = 0; partition < partitions; partition++) {
      byte[] last = progressTable.get(partitionKey(partition));
      if (last != null) {
        closed.put(partition, TrustCodec.count(last));
      }
    }
  }

  /** Takes in what a partition reports. */
  void take(EpochReport report) {
    switch (report) {
      case EpochReport.Counted(long epoch, TrustCounts counts) -> pending.add(epoch, counts);
      case EpochReport.Closed(int partition, long last) -> {
        closed.put(partition, last);
        progressTable.put(partitionKey(partition), TrustCodec.value(last));
        if (closed.size() == partitions) {
          completeThrough(Collections.min(closed.values()));
        }
      }
    }
  }

  /**
   * Returns ticks for the partitions that others have left behind, by partition: each to the end of
   * the last epoch that any partition has closed, and once.
   */
  Map<Integer, Tick> ticks() {
    Map<Integer, Tick> ticks = new TreeMap<>();
    if (!closed.isEmpty()) {
      long last = Collections.max(closed.values());
      for (int partition = 0; partition < partitions; partition++) {
        if (closed.getOrDefault(partition, Long.MIN_VALUE) < last
            && ticked.getOrDefault(partition, Long.MIN_VALUE) < last) {
          ticked.put(partition, last);
          ticks.put(partition, new Tick(epochs.endOf(last)));
        }
      }
    }
    return ticks;
  }

  private void completeThrough(long last) {
    if (through != null && last <= through) {
      return;
    }
    for (OptionalLong counted = pending.firstEpoch();
        counted.isPresent() && counted.getAsLong() <= last;
        counted = pending.firstEpoch()) {
      close(counted.getAsLong());
    }
    if (last > ledger.epoch()) {
      tellComplete(TrustEstimate.of(ledger, policy), last);
    }
    through = last;
    saveProgress();
  }

  private void close(long epoch) {
    TrustCounts sum = pending.take(epoch);
    TrustLedger next = ledger.close(epoch, sum, policy);
    save(next);
    ledger = next;
    TrustSnapshot snapshot = TrustEstimate.of(ledger, policy);
    outputs.accept(new TrustOutput.Closed(snapshot, sum));
    publish(snapshot);
    tellComplete(snapshot, epoch);
  }

  private void publish(TrustSnapshot snapshot) {
    SortedMap<String, VoteWeight> changed = new TreeMap<>();
    var annotatorIds = new TreeSet<>(standings.keySet());
    annotatorIds.addAll(snapshot.standings().keySet());
    for (String annotatorId : annotatorIds) {
      Standing before = standings.get(annotatorId);
      Standing now = snapshot.of(annotatorId);
      if (now.equals(before)) {
        continue;
      }
      standings.put(annotatorId, now);
      standingTable.put(StateCodec.key(annotatorId), TrustCodec.value(now));
      outputs.accept(new TrustOutput.Publish(published(annotatorId, snapshot.epoch(), now)));
      if (before == null || !VoteWeight.of(now).equals(VoteWeight.of(before))) {
        changed.put(annotatorId, VoteWeight.of(now));
      }
      tellOperators(annotatorId, snapshot.epoch(), before, now);
      if (changed.size() == ANNOTATORS_PER_NEWS) {
        outputs.accept(new TrustOutput.Tell(new TrustNews.Reweighed(changed)));
        changed.clear();
      }
    }
    if (!changed.isEmpty()) {
      outputs.accept(new TrustOutput.Tell(new TrustNews.Reweighed(changed)));
    }
  }

  private TrustEpoch published(String annotatorId, long epoch, Standing standing) {
    return new TrustEpoch(
        annotatorId,
        epoch,
        epochs.endOf(epoch),
        standing.agreements(),
        standing.disagreements(),
        standing.reliabilityPpm(),
        standing.trustPpm(),
        standing.suspicions().stream().map(Enum::name).toList());
  }

  private void tellOperators(
      String annotatorId, long epoch, @Nullable Standing before, Standing now) {
    boolean wasQuarantined = before != null && before.quarantined();
    if (now.quarantined() && !wasQuarantined) {
      log.warn(
          "annotator {} is quarantined after epoch {}, which ended at {}: {}. Votes count nothing until they look honest again; add the annotator to streams.released to overrule this",
          annotatorId,
          epoch,
          epochs.endOf(epoch),
          now.suspicions());
    } else if (!now.quarantined() && wasQuarantined) {
      log.info(
          "annotator {} is no longer quarantined after epoch {}, which ended at {}",
          annotatorId,
          epoch,
          epochs.endOf(epoch));
    }
  }

  private void tellComplete(TrustSnapshot snapshot, long last) {
    outputs.accept(
        new TrustOutput.Tell(
            new TrustNews.Complete(ledgerEpoch(), VoteWeight.of(snapshot.newcomer()), last)));
  }

  private @Nullable Long ledgerEpoch() {
    return ledger.epoch() == TrustLedger.EMPTY.epoch() ? null : (Long) ledger.epoch();
  }

  /** Writes what differs. */
  private void save(TrustLedger next) {
    next.annotators()
        .forEach(
            (id, entry) -> {
              if (!entry.equals(ledger.annotators().get(id))) {
                ledgerTable.put(ledgerKey(id), TrustCodec.value(entry));
              }
            });
    next.overlaps()
        .forEach(
            (overlap, n) -> {
              if (!n.equals(ledger.overlaps().get(overlap))) {
                ledgerTable.put(ledgerKey(overlap), TrustCodec.value(n));
              }
            });
    for (String id : ledger.annotators().keySet()) {
      if (!next.annotators().containsKey(id)) {
        ledgerTable.remove(ledgerKey(id));
      }
    }
    for (Overlap overlap : ledger.overlaps().keySet()) {
      if (!next.overlaps().containsKey(overlap)) {
        ledgerTable.remove(ledgerKey(overlap));
      }
    }
  }

  private TrustLedger readLedger(@Nullable Long epoch) {
    SortedMap<String, LedgerEntry> annotators = new TreeMap<>();
    SortedMap<Overlap, Long> overlaps = new TreeMap<>();
    each(
        ledgerTable,
        (key, value) -> {
          switch (TrustCodec.ledgerKey(key)) {
            case TrustCodec.Counted.Annotator(String id) ->
                annotators.put(id, TrustCodec.ledgerEntry(value));
            case TrustCodec.Counted.Pair(Overlap overlap) ->
                overlaps.put(overlap, TrustCodec.count(value));
          }
        });
    return epoch == null ? TrustLedger.EMPTY : new TrustLedger(epoch, annotators, overlaps);
  }

  private TrustCodec.Progress progress() {
    byte[] stored = progressTable.get(SELF);
    return stored == null ? TrustCodec.Progress.NONE : TrustCodec.progress(stored);
  }

  private void saveProgress() {
    progressTable.put(SELF, TrustCodec.value(new TrustCodec.Progress(ledgerEpoch(), through)));
  }

  private static Bytes ledgerKey(String annotatorId) {
    return TrustCodec.ledgerKey(new TrustCodec.Counted.Annotator(annotatorId));
  }

  private static Bytes ledgerKey(Overlap overlap) {
    return TrustCodec.ledgerKey(new TrustCodec.Counted.Pair(overlap));
  }

  private static Bytes partitionKey(int partition) {
    return StateCodec.key(PARTITION, Integer.toString(partition));
  }

  private static void each(Table table, BiConsumer<Bytes, byte[]> reader) {
    try (Table.Rows all = table.all()) {
      all.forEachRemaining(entry -> reader.accept(entry.key, entry.value));
    }
  }
}
