/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import org.jspecify.annotations.Nullable;

/**
 * An annotator's first answer to a question, as far as trust asks.
 *
 * @param annotator who said it
 * @param verdict what was said, by number in the question's alphabet
 * @param place of the candidate it prefers; null where it prefers none or the order is not known
 * @param length of the text it prefers; null where it prefers none or the lengths are equal or not
 *     known
 * @param sixtieth of the epoch in which it was accepted, 0 to 59; null where the annotator's pace
 *     says nothing: a program, an import
 */
public record CountedVote(
    String annotator,
    int verdict,
    @Nullable Place place,
    @Nullable Length length,
    @Nullable Integer sixtieth) {
  /** Where the preferred candidate was shown. */
  public enum Place {
    /** First, or left. */
    FIRST,
    /** Second, or right. */
    SECOND
  }

  /** How long the preferred text was, beside the other. */
  public enum Length {
    /** Longer. */
    LONGER,
    /** Shorter. */
    SHORTER
  }
}
