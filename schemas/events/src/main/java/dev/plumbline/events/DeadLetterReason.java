/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** Why a record could not be used. */
public enum DeadLetterReason {
  /** The bytes are no record of this topic. */
  UNDECODABLE,
  /** A candidate it speaks of did not arrive in time. */
  UNKNOWN_CANDIDATE,
  /** Its prompt did not arrive in time. */
  UNKNOWN_ITEM,
  /** It compares a candidate with itself. */
  SELF_COMPARISON,
  /** Its id was used before with other content. */
  CONFLICTING_DUPLICATE,
  /** Its key belongs to another partition. */
  MIS_PARTITIONED,
  /** Its kind of feedback makes no example yet. */
  UNSUPPORTED_KIND,
  /** Deciding on it failed; the detail says how. */
  REJECTED,
  /** It ranks a candidate twice, fewer than two, or more than {@link Limits} allow. */
  INVALID_RANKING,
  /** It marks a span beyond the end of its candidate's text. */
  SPAN_OUTSIDE_TEXT,
  /** It scores the prefixes of another number of tokens than its completion has. */
  SCORE_OF_OTHER_TOKENS,
  /** A judge was asked about it and gave no answer that could be used; the detail holds it. */
  NO_VERDICT
}
