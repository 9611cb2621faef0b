/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.PairVerdict;
import java.util.ArrayList;
import java.util.List;

/** What verdicts say of the difference of two candidates. */
final class PairVerdicts {
  private PairVerdicts() {}

  /** Returns what a verdict that is evidence says. */
  static PairVerdict of(Verdict.OfPair verdict) {
    return switch (verdict) {
      case A_BETTER -> PairVerdict.A_BETTER;
      case B_BETTER -> PairVerdict.B_BETTER;
      case TIE -> PairVerdict.TIE;
      case BOTH_BAD, CANT_TELL ->
          throw new IllegalStateException(verdict + " is no evidence about a pair");
    };
  }

  /** Returns what an order says of each pair of its candidates, (0, 1), (0, 2), ... (1, 2), ... */
  static List<PairVerdict> of(List<Integer> tierOf) {
    List<PairVerdict> verdicts = new ArrayList<>();
    for (int one = 0; one < tierOf.size(); one++) {
      for (int other = one + 1; other < tierOf.size(); other++) {
        int order = tierOf.get(one).compareTo(tierOf.get(other));
        verdicts.add(
            order == 0 ? PairVerdict.TIE : order < 0 ? PairVerdict.A_BETTER : PairVerdict.B_BETTER);
      }
    }
    return verdicts;
  }
}
