/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Pairs from thumbs: an annotator's up on one completion of an item and down on another one, asked
 * about the same criterion, is that annotator's vote for the first against the second. Two thumbs
 * alike say nothing of the pair. Whichever thumb comes first, the vote is the same.
 */
final class ThumbPairs {
  private ThumbPairs() {}

  /** Returns what an annotator's standing thumbs on one item imply. */
  static List<ImpliedVote> of(Map<Question.IsDesirable, Vote> thumbs) {
    List<ImpliedVote> implied = new ArrayList<>();
    thumbs.forEach(
        (liked, up) ->
            thumbs.forEach(
                (disliked, down) -> {
                  if (up.verdict() == Verdict.OfOne.DESIRABLE
                      && down.verdict() == Verdict.OfOne.UNDESIRABLE
                      && liked.criterion().equals(disliked.criterion())) {
                    implied.add(
                        ImpliedVote.of(
                            liked.itemId(),
                            liked.criterion(),
                            liked.candidateId(),
                            disliked.candidateId(),
                            Verdict.OfPair.A_BETTER,
                            null,
                            List.of(up, down)));
                  }
                }));
    return implied;
  }
}
