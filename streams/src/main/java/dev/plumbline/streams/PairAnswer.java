/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.Alphabet;
import java.util.ArrayList;
import java.util.List;

/** What verdicts say of two candidates, in the numbers of {@link Alphabet#PAIR}. */
final class PairAnswer {
  private static final int A_BETTER = 0;
  private static final int B_BETTER = 1;
  private static final int TIE = 2;

  private PairAnswer() {}

  /** Returns what a verdict that is evidence says. */
  static int of(Verdict.OfPair verdict) {
    return switch (verdict) {
      case A_BETTER -> A_BETTER;
      case B_BETTER -> B_BETTER;
      case TIE -> TIE;
      case BOTH_BAD, CANT_TELL ->
          throw new IllegalStateException(verdict + " is no evidence about a pair");
    };
  }

  /** Returns what an order says of each pair of its candidates, (0, 1), (0, 2), ... (1, 2), ... */
  static List<Integer> of(List<Integer> tierOf) {
    List<Integer> answers = new ArrayList<>();
    for (int one = 0; one < tierOf.size(); one++) {
      for (int other = one + 1; other < tierOf.size(); other++) {
        int order = tierOf.get(one).compareTo(tierOf.get(other));
        answers.add(order == 0 ? TIE : order < 0 ? A_BETTER : B_BETTER);
      }
    }
    return answers;
  }
}
