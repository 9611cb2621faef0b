/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Thumb;
import java.util.List;

/** What a vote says, in the order in which its question names the candidates. */
sealed interface Verdict {
  /** Returns whether it is evidence of an answer to its question. */
  boolean isEvidence();

  /** Returns whether it says the opposite of another answer to the same question. */
  default boolean isOpposite(Verdict other) {
    return switch (this) {
      case OfPair.A_BETTER -> other == OfPair.B_BETTER;
      case OfPair.B_BETTER -> other == OfPair.A_BETTER;
      case OfOne one -> other != one;
      case OfPair undecided -> false;
      case Order order -> false;
    };
  }

  /** Which of two candidates is better. */
  enum OfPair implements Verdict {
    A_BETTER(true),
    B_BETTER(true),
    TIE(true),
    BOTH_BAD(false),
    CANT_TELL(false);

    private final boolean evidence;

    OfPair(boolean evidence) {
      this.evidence = evidence;
    }

    @Override
    public boolean isEvidence() {
      return evidence;
    }
  }

  /** Whether a candidate is desirable. */
  enum OfOne implements Verdict {
    DESIRABLE,
    UNDESIRABLE;

    @Override
    public boolean isEvidence() {
      return true;
    }
  }

  /**
   * The order of several candidates.
   *
   * @param tierOf the tier of each candidate, from 0 for the best
   */
  record Order(List<Integer> tierOf) implements Verdict {
    public Order {
      tierOf = List.copyOf(tierOf);
    }

    @Override
    public boolean isEvidence() {
      return true;
    }
  }

  /**
   * Returns the verdict of an answer.
   *
   * @param mirrored whether the candidates were shown in the other order than the question's
   */
  static Verdict of(Answer answer, boolean mirrored) {
    return switch (answer) {
      case A -> mirrored ? OfPair.B_BETTER : OfPair.A_BETTER;
      case B -> mirrored ? OfPair.A_BETTER : OfPair.B_BETTER;
      case TIE -> OfPair.TIE;
      case BOTH_BAD -> OfPair.BOTH_BAD;
      case CANT_TELL -> OfPair.CANT_TELL;
    };
  }

  static Verdict of(Thumb thumb) {
    return switch (thumb) {
      case UP -> OfOne.DESIRABLE;
      case DOWN -> OfOne.UNDESIRABLE;
    };
  }
}
