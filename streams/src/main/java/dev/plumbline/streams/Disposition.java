/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetterReason;

/**
 * What has become of an event: exactly one of these at any time. It is the value of deduplication.
 */
sealed interface Disposition {

  /** Not yet decided: references, quorum or deadline are outstanding. */
  record Waiting() implements Disposition {}

  /** Part of an emitted example's evidence. */
  record InEvidence() implements Disposition {}

  /** Part of the evidence of an example that is only scored, never learned from. */
  record HeldOut() implements Disposition {}

  /** Makes no example, for the given cause. */
  record NoExample(Cause cause) implements Disposition {}

  /** The annotator said something else later. */
  record Superseded() implements Disposition {}

  /** Could not be used. */
  record DeadLettered(DeadLetterReason reason) implements Disposition {
    /**
     * Returns whether the event is kept until what it lacks arrives; another copy of it then says
     * nothing new. Any other dead-lettered event is decided on afresh when it is sent again.
     */
    boolean awaitsReference() {
      return switch (reason) {
        case UNKNOWN_CANDIDATE, UNKNOWN_ITEM -> true;
        case UNDECODABLE,
            SELF_COMPARISON,
            CONFLICTING_DUPLICATE,
            MIS_PARTITIONED,
            UNSUPPORTED_KIND,
            REJECTED,
            INVALID_RANKING,
            SPAN_OUTSIDE_TEXT ->
            false;
      };
    }
  }

  /** Why a vote that stands is no evidence. */
  enum Cause {
    /** Both candidates are unacceptable: data about them, none about their difference. */
    BOTH_BAD,
    /** The annotator abstained. */
    CANT_TELL
  }
}
