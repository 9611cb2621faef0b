/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import java.util.Base64;
import java.util.BitSet;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a partition that are judged although an earlier one still waits. They travel with
 * the committed position, as its metadata: one bit per offset from there on, in Base64. Belongs to
 * one thread.
 */
final class JudgedOffsets {
  /** Brokers take metadata of 4096 characters, by default; Base64 carries six bits in each. */
  static final int SPAN = 4_000 * 6;

  private final NavigableSet<Long> offsets = new TreeSet<>();

  /** Those that a position was committed with. */
  static JudgedOffsets from(@Nullable OffsetAndMetadata committed) {
    JudgedOffsets judged = new JudgedOffsets();
    if (committed != null) {
      BitSet.valueOf(Base64.getDecoder().decode(committed.metadata())).stream()
          .forEach(bit -> judged.offsets.add(committed.offset() + bit));
    }
    return judged;
  }

  void add(long offset) {
    offsets.add(offset);
  }

  boolean contains(long offset) {
    return offsets.contains(offset);
  }

  /** Whether a position can carry all that are judged behind it. */
  boolean fit(long position) {
    return offsets.isEmpty() || offsets.last() - position < SPAN;
  }

  /** The position with all that are judged behind it, as far as it can carry them. */
  OffsetAndMetadata at(long position) {
    offsets.headSet(position).clear();
    BitSet bits = new BitSet();
    offsets.headSet(position + SPAN).forEach(offset -> bits.set((int) (offset - position)));
    return new OffsetAndMetadata(position, Base64.getEncoder().encodeToString(bits.toByteArray()));
  }
}
