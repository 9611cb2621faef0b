/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

/** Why a record could not be used. */
public enum DeadLetterReason {
  /** The bytes are no record of this topic. */
  UNDECODABLE("find out who wrote it: only records of the topic's contract are read here"),
  /** A candidate it speaks of did not arrive in time. */
  UNKNOWN_CANDIDATE("send the candidate: what waits for it is then taken up by itself"),
  /** Its prompt did not arrive in time. */
  UNKNOWN_ITEM("send the prompt: what waits for it is then taken up by itself"),
  /** It compares a candidate with itself. */
  SELF_COMPARISON("mend the client that asks about one candidate twice"),
  /** Its id was used before with other content. */
  CONFLICTING_DUPLICATE("send it under an id of its own, if it was meant"),
  /** Its key belongs to another partition. */
  MIS_PARTITIONED("write through the publisher, or partition by murmur2 of the item id"),
  /** Its kind of feedback makes no example yet. */
  UNSUPPORTED_KIND("re-drive it: a later version may know what to make of it"),
  /** Deciding on it failed; the detail says how. */
  REJECTED("do what the detail says, then re-drive it"),
  /** It ranks a candidate twice, fewer than two, or more than {@link Limits} allow. */
  INVALID_RANKING("mend the client, and send the ranking again under a new id"),
  /** It marks a span beyond the end of its candidate's text. */
  SPAN_OUTSIDE_TEXT("count characters as UTF-16 code units of the candidate's plain text"),
  /** It scores the prefixes of another number of tokens than its completion has. */
  SCORE_OF_OTHER_TOKENS("score the completion's own tokens"),
  /** A judge was asked about it and gave no answer that could be used; the detail holds it. */
  NO_VERDICT("look at the judge's answer in the detail; put the task up again"),
  /**
   * It rates nothing, an attribute twice, on an endless scale, or more than {@link Limits} allow.
   */
  INVALID_RATING("mend the client, and send the rating again under a new id"),
  /** Its edit distance can't be that of the two texts. */
  INVALID_CORRECTION("mend the client, and send the correction again under a new id"),
  /** The task that names its policy did not arrive in time. */
  UNKNOWN_TASK("send the task: what waits for it is then taken up by itself"),
  /** It takes back what somebody else said. */
  FOREIGN_RETRACTION("let the annotator retract it, or an operator named in the settings");

  private final String hint;

  DeadLetterReason(String hint) {
    this.hint = hint;
  }

  /** Returns what can be done about it. */
  public String hint() {
    return hint;
  }
}
