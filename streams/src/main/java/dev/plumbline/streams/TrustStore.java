/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustEstimate;
import dev.plumbline.judgement.trust.TrustLedger;
import dev.plumbline.judgement.trust.TrustSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What one partition knows of whom to believe: the counts of the epoch that its clock is in, the
 * newest snapshot, and what waits for a later one. Used by one stream thread.
 *
 * <p>A snapshot is complete only after this partition has closed its epoch too, so whatever comes
 * may be weighed with the newest snapshot at hand, and no older one is ever needed again: a vote
 * keeps its own weighing.
 */
final class TrustStore implements KnownTrust {
  /** Keeps a report well below the size that a record may have. */
  private static final int COUNTS_PER_REPORT = 1_000;

  private static final Bytes OPEN_EPOCH = StateCodec.key("open-epoch");
  private static final Bytes EPOCH_LENGTH = StateCodec.key("epoch-length");
  private static final Bytes NEWEST = StateCodec.key("newest-snapshot");
  private static final byte[] PRESENT = StateCodec.formatted(out -> {});

  private final int mostVotes;
  private final Epochs epochs;
  private final CountedAnswers counts;
  private final Table weights;
  private final Table awaiting;
  private final Table heads;
  private final TrustSnapshot initial;
  private @Nullable Long openEpoch;
  private TrustNews.@Nullable Complete newest;
  private boolean hasCounts;

  /** Reads the store of one of so many partitions. */
  TrustStore(TrustSettings settings, int partitions, KeyValueStore<Bytes, byte[]> store) {
    mostVotes = Math.ceilDiv(settings.votesPerEpoch(), partitions);
    epochs = settings.epochs();
    counts = new CountedAnswers(new Table(store, Table.Name.TRUST_ANSWERS));
    weights = new Table(store, Table.Name.TRUST_WEIGHTS);
    awaiting = new Table(store, Table.Name.TRUST_AWAITING);
    heads = new Table(store, Table.Name.TRUST_HEADS);
    initial = TrustEstimate.of(TrustLedger.EMPTY, settings.policy());
    byte[] open = heads.get(OPEN_EPOCH);
    openEpoch = open == null ? null : TrustCodec.count(open);
    byte[] snapshot = heads.get(NEWEST);
    newest = snapshot == null ? null : (TrustNews.Complete) TrustCodec.news(snapshot);
    hasCounts = counts.firstEpoch().isPresent();
    requireSameLength();
  }

  private void requireSameLength() {
    long millis = epochs.length().toMillis();
    byte[] before = heads.get(EPOCH_LENGTH);
    if (before == null) {
      heads.put(EPOCH_LENGTH, TrustCodec.value(millis));
    } else if (TrustCodec.count(before) != millis) {
      throw new IllegalStateException(
          "streams.trust_epoch must stay %d ms for the life of the state, but was %d ms; set it back, or start under another streams.application_id"
              .formatted(TrustCodec.count(before), millis));
    }
  }

  @Override
  public @Nullable Long epoch() {
    return newest == null ? null : newest.epoch();
  }

  @Override
  public boolean isCompleteThrough(long epoch) {
    return newest != null && newest.through() >= epoch;
  }

  @Override
  public VoteWeight weightOf(String annotatorId) {
    if (newest == null || newest.epoch() == null) {
      return VoteWeight.of(initial.of(annotatorId));
    }
    byte[] weight = weights.get(StateCodec.key(annotatorId));
    return weight == null ? newest.newcomer() : TrustCodec.voteWeight(weight);
  }

  @Override
  public boolean hasSaidEnough(long epoch, String annotatorId) {
    return mostVotes > 0 && counts.votes(epoch, annotatorId) >= mostVotes;
  }

  void count(long epoch, String itemId, String eventId, TrustCounts answer) {
    counts.put(epoch, itemId, eventId, answer);
    hasCounts = true;
  }

  /** Remembers what a snapshot of an epoch before {@code epoch} is to weigh once it comes. */
  void await(long epoch, Weighable weighable) {
    awaiting.put(TrustCodec.awaitingKey(epoch, weighable), PRESENT);
  }

  /** Returns when the open epoch ends, if anything was counted in it. */
  Optional<Instant> countedUntil() {
    return hasCounts && openEpoch != null ? Optional.of(epochs.endOf(openEpoch)) : Optional.empty();
  }

  /** Closes all epochs that end by {@code clock}, and returns what is to be reported of them. */
  List<EpochReport> close(int partition, Instant clock) {
    long now = epochs.of(clock);
    if (openEpoch != null && openEpoch >= now) {
      return List.of();
    }
    List<EpochReport> reports = new ArrayList<>();
    for (OptionalLong epoch = counts.firstEpoch();
        epoch.isPresent() && epoch.getAsLong() < now;
        epoch = counts.firstEpoch()) {
      for (TrustCounts piece : counts.take(epoch.getAsLong(), COUNTS_PER_REPORT)) {
        reports.add(new EpochReport.Counted(epoch.getAsLong(), piece));
      }
    }
    reports.add(new EpochReport.Closed(partition, now - 1));
    openEpoch = now;
    heads.put(OPEN_EPOCH, TrustCodec.value(now));
    hasCounts = counts.firstEpoch().isPresent();
    return reports;
  }

  /** Takes in news, and returns what they weigh anew. */
  Set<Weighable> learn(TrustNews news) {
    return switch (news) {
      case TrustNews.Reweighed(SortedMap<String, VoteWeight> changed) -> {
        changed.forEach((id, weight) -> weights.put(StateCodec.key(id), TrustCodec.value(weight)));
        yield Set.of();
      }
      case TrustNews.Complete complete -> {
        boolean weighsAnew = !Objects.equals(epoch(), complete.epoch());
        newest = complete;
        heads.put(NEWEST, TrustCodec.value(complete));
        Set<Weighable> awaited = weighsAnew ? awaited() : Set.of();
        forgetAwaitedThrough(complete.through() + 1);
        yield awaited;
      }
    };
  }

  /** Returns what waits for a snapshot. */
  private Set<Weighable> awaited() {
    Set<Weighable> found = new LinkedHashSet<>();
    try (Table.Rows all = awaiting.all()) {
      all.forEachRemaining(row -> found.add(TrustCodec.awaiting(row.key)));
    }
    return found;
  }

  /** Forgets what votes of an epoch, or of one before, waited for: no snapshot weighs them anew. */
  private void forgetAwaitedThrough(long epoch) {
    List<Bytes> settled = new ArrayList<>();
    try (Table.Rows all = awaiting.all()) {
      while (all.hasNext()) {
        Bytes key = all.next().key;
        if (TrustCodec.countedEpoch(key) > epoch) {
          break;
        }
        settled.add(key);
      }
    }
    settled.forEach(awaiting::remove);
  }
}
