/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.AnnotatorCounts;
import dev.plumbline.judgement.trust.Overlap;
import dev.plumbline.judgement.trust.TrustCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;

/** Counts by epoch in a table, one key per annotator or overlap. Used by one stream thread. */
final class CountStore {
  private final Table table;

  CountStore(Table table) {
    this.table = table;
  }

  /** Adds to what was counted in an epoch. */
  void add(long epoch, TrustCounts counts) {
    counts
        .annotators()
        .forEach(
            (annotatorId, more) -> {
              Bytes key = TrustCodec.countsKey(epoch, annotatorId);
              table.put(key, TrustCodec.value(read(key).plus(more)));
            });
    counts
        .overlaps()
        .forEach(
            (overlap, more) -> {
              Bytes key = TrustCodec.countsKey(epoch, overlap);
              byte[] before = table.get(key);
              long sum = (before == null ? 0 : TrustCodec.count(before)) + more;
              table.put(key, TrustCodec.value(sum));
            });
  }

  /** Returns the first epoch in which anything was counted. */
  OptionalLong firstEpoch() {
    return TrustCodec.firstEpoch(table);
  }

  /** Removes what was counted in an epoch, and returns it. */
  TrustCounts take(long epoch) {
    List<Bytes> keys = new ArrayList<>();
    SortedMap<String, AnnotatorCounts> annotators = new TreeMap<>();
    SortedMap<Overlap, Long> overlaps = new TreeMap<>();
    try (Table.Rows counts = table.startingWith(TrustCodec.epochPrefix(epoch))) {
      while (counts.hasNext()) {
        KeyValue<Bytes, byte[]> entry = counts.next();
        keys.add(entry.key);
        switch (TrustCodec.counted(entry.key)) {
          case TrustCodec.Counted.Annotator(String id) ->
              annotators.put(id, TrustCodec.annotatorCounts(entry.value));
          case TrustCodec.Counted.Pair(Overlap overlap) ->
              overlaps.put(overlap, TrustCodec.count(entry.value));
        }
      }
    }
    keys.forEach(table::remove);
    return new TrustCounts(annotators, overlaps);
  }

  private AnnotatorCounts read(Bytes key) {
    byte[] value = table.get(key);
    return value == null ? AnnotatorCounts.NONE : TrustCodec.annotatorCounts(value);
  }
}
