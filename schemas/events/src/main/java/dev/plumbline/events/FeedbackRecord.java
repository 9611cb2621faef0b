/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;

/** A value of the feedback topic: something said, or the passing of time. */
public sealed interface FeedbackRecord permits FeedbackEvent, Tick {
  /** Returns the record time; the largest one of a partition is that partition's clock. */
  Instant acceptedAt();
}
