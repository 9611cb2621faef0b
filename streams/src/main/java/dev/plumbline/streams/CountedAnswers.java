/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.AnnotatorCounts;
import dev.plumbline.judgement.trust.Overlap;
import dev.plumbline.judgement.trust.TrustCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * What each answer says of whom to believe, until its epoch is closed. One row per answer, written
 * once: sums by annotator and by pair of annotators would have to be read and written several times
 * for every answer. Used by one stream thread.
 */
final class CountedAnswers {
  private final Table table;

  /** Answers by annotator, of the epoch that was asked for last. */
  private @Nullable VotesOfEpoch votes;

  private record VotesOfEpoch(long epoch, Map<String, Long> byAnnotator) {
    void add(TrustCounts counts) {
      counts.annotators().forEach((id, more) -> byAnnotator.merge(id, more.votes(), Long::sum));
    }
  }

  CountedAnswers(Table table) {
    this.table = table;
  }

  /** Keeps what an answer says. */
  void put(long epoch, String itemId, String eventId, TrustCounts counts) {
    table.put(TrustCodec.answerKey(epoch, itemId, eventId), TrustCodec.value(counts));
    if (votes != null && votes.epoch() == epoch) {
      votes.add(counts);
    }
  }

  /** Returns how many answers of an annotator were counted in an epoch. */
  long votes(long epoch, String annotatorId) {
    if (votes == null || votes.epoch() != epoch) {
      var read = new VotesOfEpoch(epoch, new HashMap<>());
      each(epoch, (key, counts) -> read.add(counts));
      votes = read;
    }
    return votes.byAnnotator().getOrDefault(annotatorId, 0L);
  }

  /** Returns the first epoch in which anything was counted. */
  OptionalLong firstEpoch() {
    return TrustCodec.firstEpoch(table);
  }

  /**
   * Removes what was counted in an epoch, and returns its sum in pieces of at most so many
   * annotators and overlaps.
   */
  List<TrustCounts> take(long epoch, int countsPerPiece) {
    List<Bytes> keys = new ArrayList<>();
    SortedMap<String, AnnotatorCounts> annotators = new TreeMap<>();
    SortedMap<Overlap, Long> overlaps = new TreeMap<>();
    each(
        epoch,
        (key, counts) -> {
          keys.add(key);
          counts
              .annotators()
              .forEach((id, more) -> annotators.merge(id, more, AnnotatorCounts::plus));
          counts.overlaps().forEach((overlap, more) -> overlaps.merge(overlap, more, Long::sum));
        });
    keys.forEach(table::remove);
    return new TrustCounts(annotators, overlaps).pieces(countsPerPiece);
  }

  private void each(long epoch, BiConsumer<Bytes, TrustCounts> sink) {
    try (Table.Rows rows = table.startingWith(TrustCodec.epochPrefix(epoch))) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        sink.accept(row.key, TrustCodec.trustCounts(row.value));
      }
    }
  }
}
