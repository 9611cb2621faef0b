/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Thumb;

/** What a vote says, in the order in which its question names the candidates. */
enum Verdict {
  A_BETTER(true),
  B_BETTER(true),
  TIE(true),
  BOTH_BAD(false),
  CANT_TELL(false),
  DESIRABLE(true),
  UNDESIRABLE(true);

  private final boolean evidence;

  Verdict(boolean evidence) {
    this.evidence = evidence;
  }

  /** Returns whether it is evidence of an answer to its question. */
  boolean isEvidence() {
    return evidence;
  }

  /**
   * Returns the verdict of an answer.
   *
   * @param mirrored whether the candidates were shown in the other order than the question's
   */
  static Verdict of(Answer answer, boolean mirrored) {
    return switch (answer) {
      case A -> mirrored ? B_BETTER : A_BETTER;
      case B -> mirrored ? A_BETTER : B_BETTER;
      case TIE -> TIE;
      case BOTH_BAD -> BOTH_BAD;
      case CANT_TELL -> CANT_TELL;
    };
  }

  static Verdict of(Thumb thumb) {
    return switch (thumb) {
      case UP -> DESIRABLE;
      case DOWN -> UNDESIRABLE;
    };
  }
}
