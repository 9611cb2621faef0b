/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Answer;
import dev.plumbline.events.Statement;
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
      case Marks marks -> false;
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

    /** Returns the same answer with a and b exchanged. */
    OfPair mirrored() {
      return switch (this) {
        case A_BETTER -> B_BETTER;
        case B_BETTER -> A_BETTER;
        case TIE, BOTH_BAD, CANT_TELL -> this;
      };
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
   * The marks of a rating. Alone they are no evidence: {@link RatingPairs} compares them.
   *
   * @param marks one per attribute
   */
  record Marks(List<Statement.Mark> marks) implements Verdict {
    public Marks {
      marks = List.copyOf(marks);
    }

    @Override
    public boolean isEvidence() {
      return false;
    }
  }

  /**
   * Returns the verdict of an answer.
   *
   * @param mirrored whether the candidates were shown in the other order than the question's
   */
  static OfPair of(Answer answer, boolean mirrored) {
    OfPair verdict =
        switch (answer) {
          case A -> OfPair.A_BETTER;
          case B -> OfPair.B_BETTER;
          case TIE -> OfPair.TIE;
          case BOTH_BAD -> OfPair.BOTH_BAD;
          case CANT_TELL -> OfPair.CANT_TELL;
        };
    return mirrored ? verdict.mirrored() : verdict;
  }

  static Verdict of(Thumb thumb) {
    return switch (thumb) {
      case UP -> OfOne.DESIRABLE;
      case DOWN -> OfOne.UNDESIRABLE;
    };
  }
}
