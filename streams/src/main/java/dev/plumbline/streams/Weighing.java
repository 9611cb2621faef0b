/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.Trust;
import org.jspecify.annotations.Nullable;

/**
 * How much one vote or mark counts, and why.
 *
 * @param epoch the epoch of its partition's clock when it came: it is weighed with the newest
 *     complete snapshot of an earlier one
 * @param trustEpoch the epoch whose snapshot weighed it; absent where there was none
 * @param trustPpm how much it counts, from 0 to {@link Trust#FULL_PPM}
 * @param reliabilityPpm how often its annotator is right of two equally likely answers, parts per
 *     million
 * @param discount why it counts nothing, if so
 */
record Weighing(
    long epoch,
    @Nullable Long trustEpoch,
    int trustPpm,
    int reliabilityPpm,
    Disposition.@Nullable Discount discount) {
  private static final int CHANCE_PPM = 500_000;
  private static final int NEWCOMER_PPM = 833_333;

  /** Of what was said before there were epochs: it counts fully, and no snapshot changes that. */
  static final Weighing BEFORE_EPOCHS =
      new Weighing(Long.MIN_VALUE, null, Trust.FULL_PPM, NEWCOMER_PPM, null);

  /** Returns how much a vote of {@code epoch} counts by the snapshot at hand. */
  static Weighing of(long epoch, String annotatorId, KnownTrust trust) {
    VoteWeight weight = trust.weightOf(annotatorId);
    return new Weighing(
        epoch, trust.epoch(), weight.trustPpm(), weight.reliabilityPpm(), discount(weight));
  }

  /** Returns the weighing by the snapshot at hand, if that holds for it. */
  Weighing anew(String annotatorId, KnownTrust trust) {
    Long snapshotEpoch = trust.epoch();
    return snapshotEpoch != null && epoch > snapshotEpoch && !isOverInfluence()
        ? of(epoch, annotatorId, trust)
        : this;
  }

  /** Returns the weighing of a vote beyond what one annotator may say within an epoch. */
  static Weighing overInfluence(long epoch) {
    return new Weighing(epoch, null, 0, CHANCE_PPM, Disposition.Discount.OVER_INFLUENCE);
  }

  /** Returns the weighing of an answer to a question whose answer is known. */
  Weighing withoutTrust() {
    return new Weighing(epoch, null, 0, CHANCE_PPM, null);
  }

  boolean isOverInfluence() {
    return discount == Disposition.Discount.OVER_INFLUENCE;
  }

  /** Returns whether it counts anything. */
  boolean counts() {
    return trustPpm > 0;
  }

  private static Disposition.@Nullable Discount discount(VoteWeight weight) {
    if (weight.isQuarantined()) {
      return Disposition.Discount.QUARANTINED;
    }
    return weight.trustPpm() == 0 ? Disposition.Discount.UNTRUSTED : null;
  }
}
