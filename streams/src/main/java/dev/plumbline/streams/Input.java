/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.FeedbackEvent;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import dev.plumbline.events.Tick;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something to decide on. */
sealed interface Input {
  /** Returns the record it came with. */
  Origin origin();

  /** A prompt. */
  record PromptArrived(Origin origin, Prompt prompt) implements Input {}

  /** A completion. */
  record CompletionArrived(Origin origin, Completion completion) implements Input {}

  /** A comparison task. */
  record TaskArrived(Origin origin, ComparisonTask task) implements Input {}

  /** A feedback event. */
  record EventArrived(Origin origin, FeedbackEvent event) implements Input {}

  /** A reward score. */
  record ScoreArrived(Origin origin, RewardScore score) implements Input {}

  /** The passing of time. */
  record TimePassed(Origin origin, Tick tick) implements Input {}

  /**
   * Something fell due.
   *
   * @param origin the record of the vote, mark or score that waited for references, else the record
   *     that moved the clock
   */
  record FellDue(Origin origin, Due due) implements Input {}

  /**
   * A snapshot of trust weighs something anew.
   *
   * @param origin the record that completed the snapshot
   */
  record SnapshotArrived(Origin origin, Weighable weighable) implements Input {}

  /**
   * A record that is not what its topic promises.
   *
   * @param eventId its event id, if it could be read
   * @param acceptedAt its record time, if it could be read
   */
  record Refused(
      Origin origin,
      DeadLetterReason reason,
      String detail,
      @Nullable String eventId,
      @Nullable Instant acceptedAt)
      implements Input {}
}
