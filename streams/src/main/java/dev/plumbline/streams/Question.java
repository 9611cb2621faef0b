/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.List;

/** What annotators were asked about an item. Votes answer it; an example is its outcome. */
sealed interface Question {
  String itemId();

  String criterion();

  /** Returns the candidates it speaks of. */
  List<String> candidateIds();

  /**
   * Which of two candidates is better; the outcome is a preference pair.
   *
   * @param a the smaller candidate id
   * @param b the larger candidate id
   */
  record WhichIsBetter(String itemId, String criterion, String a, String b) implements Question {
    public WhichIsBetter {
      if (a.compareTo(b) >= 0) {
        throw new IllegalArgumentException(
            "a must be the smaller candidate id, but a was %s and b %s".formatted(a, b));
      }
    }

    @Override
    public List<String> candidateIds() {
      return List.of(a, b);
    }
  }

  /** Whether one candidate is desirable; the outcome is an unpaired example. */
  record IsDesirable(String itemId, String criterion, String candidateId) implements Question {
    @Override
    public List<String> candidateIds() {
      return List.of(candidateId);
    }
  }
}
