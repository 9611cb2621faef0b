/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Pairs from rankings: a ranking is its annotator's vote on the pairs among its candidates, for the
 * one in the better tier, or a tie where both stand in one tier.
 *
 * <p>K candidates have K(K-1)/2 pairs, each of which carries the prompt and two texts. Those of
 * equal or neighbouring tiers tell the whole order, and without ties there are only K-1 of them;
 * but since the neighbours of one annotator's order need not be those of another's, a pair then
 * hears fewer of the annotators who ranked both than it would if all pairs were offered.
 */
public enum RankingPairs {
  /** No pairs: a ranking is kept whole only. */
  NONE,
  /** Pairs within a tier and between neighbouring tiers. */
  ADJACENT,
  /** All pairs. */
  ALL;

  /** Returns what an annotator's standing rankings of one item imply. */
  List<ImpliedVote> of(Map<Question.WhichOrder, Vote> rankings) {
    List<ImpliedVote> implied = new ArrayList<>();
    rankings.forEach((question, vote) -> implied.addAll(of(question, vote)));
    return implied;
  }

  private List<ImpliedVote> of(Question.WhichOrder question, Vote vote) {
    List<ImpliedVote> implied = new ArrayList<>();
    List<String> ids = question.candidateIds();
    if (!(vote.verdict() instanceof Verdict.Order(List<Integer> tierOf))) {
      return implied;
    }
    for (int a = 0; a < ids.size(); a++) {
      for (int b = a + 1; b < ids.size(); b++) {
        int distance = tierOf.get(b) - tierOf.get(a);
        if (offers(Math.abs(distance))) {
          Verdict.OfPair verdict =
              switch (Integer.signum(distance)) {
                case 1 -> Verdict.OfPair.A_BETTER;
                case -1 -> Verdict.OfPair.B_BETTER;
                default -> Verdict.OfPair.TIE;
              };
          implied.add(
              ImpliedVote.of(
                  question.itemId(),
                  question.criterion(),
                  ids.get(a),
                  ids.get(b),
                  verdict,
                  null,
                  List.of(vote)));
        }
      }
    }
    return implied;
  }

  private boolean offers(int tiersBetween) {
    return switch (this) {
      case NONE -> false;
      case ADJACENT -> tiersBetween <= 1;
      case ALL -> true;
    };
  }
}
