/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of a feedback event: one of the things that can be said about candidates. */
public sealed interface Statement {

  /**
   * Which of two candidates is better.
   *
   * @param candidateA the candidate shown first
   * @param candidateB the candidate shown second
   * @param answer what was answered
   * @param lengthCharsA length of the first one's text in characters; absent where who wrote the
   *     event did not know it
   * @param lengthCharsB length of the second one's text
   */
  record Comparison(
      String candidateA,
      String candidateB,
      Answer answer,
      @AddedLater @Nullable Integer lengthCharsA,
      @AddedLater @Nullable Integer lengthCharsB)
      implements Statement {
    public Comparison {
      Limits.requireId("candidateA", candidateA);
      Limits.requireId("candidateB", candidateB);
      Limits.requireLength("lengthCharsA", lengthCharsA);
      Limits.requireLength("lengthCharsB", lengthCharsB);
    }

    /** A comparison of texts whose lengths are not known here. */
    public Comparison(String candidateA, String candidateB, Answer answer) {
      this(candidateA, candidateB, answer, null, null);
    }
  }

  /**
   * An order of several candidates.
   *
   * @param tiers best first; candidates in one tier are tied
   */
  record Ranking(List<Tier> tiers) implements Statement {
    public Ranking {
      tiers = List.copyOf(tiers);
    }
  }

  /**
   * Candidates that a ranking holds equal.
   *
   * @param candidateIds at least one
   */
  record Tier(List<String> candidateIds) {
    public Tier {
      candidateIds = List.copyOf(candidateIds);
      candidateIds.forEach(id -> Limits.requireId("candidateIds", id));
    }
  }

  /**
   * Marks on scales for one candidate.
   *
   * @param candidateId the candidate
   * @param marks one per attribute
   */
  record Rating(String candidateId, List<Mark> marks) implements Statement {
    public Rating {
      Limits.requireId("candidateId", candidateId);
      marks = List.copyOf(marks);
    }
  }

  /**
   * A mark on one scale.
   *
   * @param attribute what is rated
   * @param value the mark, within the scale
   * @param scaleMin worst mark
   * @param scaleMax best mark
   */
  record Mark(String attribute, double value, double scaleMin, double scaleMax) {
    public Mark {
      if (!(scaleMin < scaleMax && scaleMin <= value && value <= scaleMax)) {
        throw new IllegalArgumentException(
            "the mark of %s must lie on its scale %s to %s, but was %s"
                .formatted(attribute, scaleMin, scaleMax, value));
      }
    }
  }

  /**
   * Thumbs up or down for one candidate.
   *
   * @param candidateId the candidate
   * @param thumb the verdict
   */
  record Thumbs(String candidateId, Thumb thumb) implements Statement {
    public Thumbs {
      Limits.requireId("candidateId", candidateId);
    }
  }

  /**
   * A better text made from a candidate. Lengths and distance are taken before sealing.
   *
   * @param candidateId the candidate that was edited
   * @param edited the better text
   * @param editDistanceChars Levenshtein distance to the candidate in characters
   * @param lengthChars length of the edited text in characters
   * @param originalLengthChars length of the candidate's text in characters; absent where who wrote
   *     the event did not know it
   */
  record Correction(
      String candidateId,
      Text edited,
      int editDistanceChars,
      int lengthChars,
      @AddedLater @Nullable Integer originalLengthChars)
      implements Statement {
    public Correction {
      Limits.requireId("candidateId", candidateId);
      Limits.requireLength("originalLengthChars", originalLengthChars);
    }

    /** A correction of a text whose length is not known here. */
    public Correction(String candidateId, Text edited, int editDistanceChars, int lengthChars) {
      this(candidateId, edited, editDistanceChars, lengthChars, null);
    }
  }

  /**
   * A remark on part of a candidate.
   *
   * @param candidateId the candidate
   * @param startChar first character of the span
   * @param endChar first character after it
   * @param label what is said of the span
   * @param strength how strongly, -1 (bad) to 1 (good)
   */
  record SpanMark(String candidateId, int startChar, int endChar, String label, double strength)
      implements Statement {
    public SpanMark {
      Limits.requireId("candidateId", candidateId);
      Limits.requireId("label", label);
      if (startChar < 0 || endChar <= startChar) {
        throw new IllegalArgumentException(
            "a span must end after it starts, but was %d to %d".formatted(startChar, endChar));
      }
      if (!(strength >= -1 && strength <= 1)) {
        throw new IllegalArgumentException("strength must lie in -1 to 1, but was " + strength);
      }
    }
  }

  /**
   * Which of two trajectory segments is better.
   *
   * @param first the segment shown first
   * @param second the segment shown second
   * @param answer what was answered; a is the first
   */
  record SegmentComparison(TrajectorySegment first, TrajectorySegment second, Answer answer)
      implements Statement {}

  /**
   * Something that was done with a candidate, and may tell what it is worth.
   *
   * @param candidateId the candidate
   * @param name what was done: copied, regenerated, ...
   * @param value how much of it; 0 where it was not done after all
   */
  record Signal(String candidateId, String name, double value) implements Statement {
    public Signal {
      Limits.requireId("candidateId", candidateId);
      Limits.requireId("name", name);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("value must be finite, but was " + value);
      }
    }
  }

  /**
   * Takes something back.
   *
   * @param scope what is taken back
   */
  record Retraction(RetractionScope scope) implements Statement {}

  /** What a retraction takes back. */
  sealed interface RetractionScope {}

  /**
   * One earlier feedback event on the same item.
   *
   * @param eventId the event taken back
   */
  record OneEvent(String eventId) implements RetractionScope {}

  /**
   * A candidate of the same item, with all that was said of it.
   *
   * @param candidateId the candidate
   */
  record OneCandidate(String candidateId) implements RetractionScope {}

  /**
   * All that one annotator ever contributed.
   *
   * @param annotatorId the annotator
   */
  record WholeContribution(String annotatorId) implements RetractionScope {}
}
