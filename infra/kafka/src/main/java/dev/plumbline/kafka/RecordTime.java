/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.kafka;

import dev.plumbline.events.Boundary;
import dev.plumbline.events.ComparisonTask;
import dev.plumbline.events.Completion;
import dev.plumbline.events.FeedbackRecord;
import dev.plumbline.events.Prompt;
import dev.plumbline.events.RewardScore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Record time is when a record was accepted, never when it happened to be written. */
final class RecordTime {

  private RecordTime() {}

  /** The accepted time; null for derived records, which take the time of writing. */
  static @Nullable Instant of(Record value) {
    return switch (value) {
      case Prompt prompt -> prompt.acceptedAt();
      case Completion completion -> completion.acceptedAt();
      case ComparisonTask task -> task.acceptedAt();
      case FeedbackRecord said -> said.acceptedAt();
      case RewardScore score -> score.acceptedAt();
      case Boundary boundary -> boundary.acceptedAt();
      default -> null;
    };
  }
}
