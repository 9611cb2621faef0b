/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.Trust;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a vote came to be given. */
sealed interface Ground {
  /** The annotator answered the question: the ground of most votes. */
  record Said() implements Ground {}

  /** The annotator made one of the two candidates by editing the other. */
  record Edited() implements Ground {}

  /**
   * What the annotator did speaks for the answer.
   *
   * @param trustPpm how far, parts per million
   */
  record Signalled(int trustPpm) implements Ground {}

  /**
   * The annotator's answers to other questions about the item come down to the answer.
   *
   * @param eventIds the one or two events that gave them
   * @param gapPpm how much better a was rated than b, parts per million of the scale; absent where
   *     nothing was rated
   */
  record Implied(List<String> eventIds, @Nullable Integer gapPpm) implements Ground {
    public Implied {
      eventIds = List.copyOf(eventIds);
    }
  }

  /** Returns how far a vote counts on this ground alone, parts per million. */
  default int trustPpm() {
    return switch (this) {
      case Signalled(int trustPpm) -> trustPpm;
      case Said said -> Trust.FULL_PPM;
      case Edited edited -> Trust.FULL_PPM;
      case Implied implied -> Trust.FULL_PPM;
    };
  }

  /** Returns whether the annotator spoke to the question itself, which beats all else. */
  default boolean isOutright() {
    return switch (this) {
      case Said said -> true;
      case Edited edited -> true;
      case Signalled signalled -> false;
      case Implied implied -> false;
    };
  }
}
