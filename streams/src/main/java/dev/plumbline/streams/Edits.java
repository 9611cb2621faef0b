/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Statement;

/**
 * Which corrections say that the edited text is better than the original: those whose edit distance
 * over the length of the longer text is at least 0.02 and at most 0.9. Below that nothing but a
 * typing error was mended, above it is another text.
 *
 * <p>Only what the event itself says is used, so that the answer doesn't depend on whether the
 * original has arrived. Where it doesn't tell the original's length, the longer of the edited text
 * and the distance stands in, which is exact wherever the edited text is the longer one, and else
 * makes the distance look larger.
 */
final class Edits {
  private static final double LEAST = 0.02;
  private static final double MOST = 0.9;

  private Edits() {}

  /** Returns whether the numbers can be those of an edit. */
  static boolean isPossible(Statement.Correction said) {
    int distance = said.editDistanceChars();
    int length = said.lengthChars();
    Integer original = said.originalLengthChars();
    return distance >= 0
        && length >= 0
        && (original == null
            || (distance <= Math.max(length, original) && distance >= Math.abs(length - original)));
  }

  /** Returns whether the edited text is a better version of the original. */
  static boolean isImprovement(Statement.Correction said) {
    int distance = said.editDistanceChars();
    Integer original = said.originalLengthChars();
    int longer = Math.max(said.lengthChars(), original == null ? distance : original);
    double normalised = longer == 0 ? 0 : distance / (double) longer;
    return normalised >= LEAST && normalised <= MOST;
  }
}
