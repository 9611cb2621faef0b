/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.history;

import dev.plumbline.events.DeadLetterReason;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that fit everything that is said.
 *
 * @param ids their numbers; empty for any
 * @param reasons why they were set aside; empty for any
 * @param topic where they came from
 * @param since accepted then or later
 */
public record LetterFilter(
    Set<Long> ids, Set<DeadLetterReason> reasons, @Nullable String topic, @Nullable Instant since) {
  public LetterFilter {
    ids = Set.copyOf(ids);
    reasons = Set.copyOf(reasons);
  }

  /** Whether nothing is said, so that every letter fits. */
  public boolean isOpen() {
    return ids.isEmpty() && reasons.isEmpty() && topic == null && since == null;
  }

  /** Whether a letter fits. */
  public boolean fits(StoredLetter stored) {
    return (ids.isEmpty() || ids.contains(stored.id()))
        && (reasons.isEmpty() || reasons.contains(stored.letter().reason()))
        && (topic == null || topic.equals(stored.letter().topic()))
        && (since == null || !stored.letter().acceptedAt().isBefore(since));
  }
}
