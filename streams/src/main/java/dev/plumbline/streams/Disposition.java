/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.DeadLetterReason;
import dev.plumbline.events.Limits;
import dev.plumbline.events.Split;

/**
 * What has become of an event: exactly one of these at any time. It is the value of deduplication.
 */
public sealed interface Disposition {

  /** Returns what becomes of an event that examples of an item rest on. */
  static Disposition inExample(String itemId) {
    return switch (Split.of(itemId)) {
      case TRAIN -> new InEvidence();
      case HELD_OUT -> new HeldOut();
    };
  }

  /** Not yet decided: references, quorum or deadline are outstanding. */
  record Waiting() implements Disposition {}

  /** Part of an emitted example's evidence: as a vote, a mark on a candidate, or a reward score. */
  record InEvidence() implements Disposition {}

  /** Part of the evidence of an example that is only scored, never learned from. */
  record HeldOut() implements Disposition {}

  /** Makes no example, for the given cause. */
  record NoExample(Cause cause) implements Disposition {}

  /** The annotator said something else later about the same. */
  record Superseded() implements Disposition {}

  /** Stands, but counts nothing, for the given cause. */
  record Discounted(Discount cause) implements Disposition {}

  /** Answers a question whose answer is known: it says whom to believe, and makes no example. */
  record Gold() implements Disposition {}

  /** Taken back, alone or with all that was said of its candidate. */
  record Retracted() implements Disposition {}

  /** Taken back with all that its annotator ever contributed. */
  record Erased() implements Disposition {}

  /** Could not be used. */
  record DeadLettered(DeadLetterReason reason) implements Disposition {
    /**
     * Returns whether the event is kept until what it lacks arrives; another copy of it then says
     * nothing new. Any other dead-lettered event is decided on afresh when it is sent again.
     */
    boolean awaitsReference() {
      return switch (reason) {
        case UNKNOWN_CANDIDATE, UNKNOWN_ITEM, UNKNOWN_TASK -> true;
        case UNDECODABLE,
            SELF_COMPARISON,
            CONFLICTING_DUPLICATE,
            MIS_PARTITIONED,
            UNSUPPORTED_KIND,
            REJECTED,
            INVALID_RANKING,
            SPAN_OUTSIDE_TEXT,
            SCORE_OF_OTHER_TOKENS,
            NO_VERDICT,
            INVALID_RATING,
            INVALID_CORRECTION,
            FOREIGN_RETRACTION ->
            false;
      };
    }
  }

  /** Why something that stands is no evidence. */
  enum Cause {
    /** Both candidates are unacceptable: data about them, none about their difference. */
    BOTH_BAD,
    /** The annotator abstained. */
    CANT_TELL,
    /** A completion of its group came without its tokens or their log-probabilities. */
    WITHOUT_TOKENS,
    /** It changes next to nothing of a text, or next to everything. */
    EDIT_DISTANCE,
    /** A signal that the settings give no worth, or that was not given after all. */
    WORTHLESS_SIGNAL,
    /** It took something back, or will once that arrives. */
    RETRACTION,
    /** It would add more to an example than {@link Limits} let an example carry. */
    BEYOND_LIMITS
  }

  /** Why something that stands counts nothing. */
  enum Discount {
    /** The annotator is quarantined. */
    QUARANTINED,
    /** The annotator has said more within the epoch than one annotator may. */
    OVER_INFLUENCE,
    /** The annotator is no more often right than chance. */
    UNTRUSTED
  }
}
