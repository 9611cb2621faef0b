/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Bytes;
import dev.plumbline.events.DeadLetter;
import dev.plumbline.events.DeadLetterReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A record as it stood in its topic, byte for byte. */
record Origin(String topic, int partition, long offset, @Nullable Bytes key, Bytes value) {
  private static final int MAX_DETAIL_CHARS = 2_000;

  DeadLetter deadLetter(
      DeadLetterReason reason, String detail, @Nullable String eventId, Instant acceptedAt) {
    String bounded =
        detail.length() <= MAX_DETAIL_CHARS
            ? detail
            : detail.substring(0, MAX_DETAIL_CHARS) + " ...";
    return new DeadLetter(
        reason, bounded, topic, partition, offset, key, value, eventId, acceptedAt);
  }
}
