/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import org.jspecify.annotations.Nullable;

/** What one partition knows of whom to believe, to be read by decisions. */
interface KnownTrust {
  /** Returns the epoch of the newest complete snapshot at hand, if there is one. */
  @Nullable Long epoch();

  /** Returns whether no snapshot of {@code epoch} or an earlier one is still to come. */
  boolean isCompleteThrough(long epoch);

  /** Returns how much an annotator's votes count by the snapshot at hand. */
  VoteWeight weightOf(String annotatorId);

  /** Returns whether an annotator has said as much within an epoch as may count. */
  boolean hasSaidEnough(long epoch, String annotatorId);
}
