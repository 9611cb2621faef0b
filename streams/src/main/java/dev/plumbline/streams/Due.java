/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.time.Instant;

/** Something that is to be looked at when the clock reaches a time. */
sealed interface Due {
  Instant at();

  /** A vote has waited long enough for what it speaks of. */
  record References(Instant at, Question question, String eventId) implements Due {}

  /** A span mark has waited long enough for its candidate. */
  record MarkReferences(Instant at, String itemId, String candidateId, String eventId)
      implements Due {}

  /** A score has waited long enough for its completion. */
  record ScoreReferences(Instant at, String itemId, String completionId, String judgeId)
      implements Due {}

  /** A question is emitted with the votes at hand. */
  record Deadline(Instant at, Question question) implements Due {}
}
