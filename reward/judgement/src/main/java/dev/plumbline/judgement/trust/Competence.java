/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.List;

/**
 * How an annotator answers questions of one alphabet: knows the answer, or guesses.
 *
 * @param known probability of knowing it, 0 to 1; the same for all alphabets
 * @param guess probability of each verdict where the annotator guesses
 */
public record Competence(double known, List<Double> guess) {
  public Competence {
    guess = List.copyOf(guess);
  }

  /** Returns P({@code verdict} | the truth is {@code truth}). */
  public double probability(int verdict, int truth) {
    return (verdict == truth ? known : 0) + (1 - known) * guess.get(verdict);
  }
}
