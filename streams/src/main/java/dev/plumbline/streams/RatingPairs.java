/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.events.Statement.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Pairs from ratings. Only two ratings by one annotator of two candidates of one item are ever
 * compared, attribute by attribute and on the same scale: the vote is for the one with the higher
 * mark, or a tie, and the gap is the difference of the marks over the length of the scale. Each
 * attribute is a criterion of its own. The mean of the gaps over all attributes that both ratings
 * have in common counts for what the annotator was asked about ("overall" unless the event says
 * otherwise), if that isn't an attribute itself.
 *
 * <p>So whether an annotator marks high or low cancels out. What remains is how far somebody
 * spreads marks over the scale, which scales the gap, but neither its sign nor, by that, the vote.
 */
final class RatingPairs {
  private static final double PPM = 1e6;

  private RatingPairs() {}

  /** Returns what an annotator's standing ratings on one item imply. */
  static List<ImpliedVote> of(Map<Question.HowGood, Vote> ratings) {
    List<ImpliedVote> implied = new ArrayList<>();
    ratings.forEach(
        (one, vote) ->
            ratings.forEach(
                (other, otherVote) -> {
                  if (one.criterion().equals(other.criterion())
                      && one.candidateId().compareTo(other.candidateId()) < 0) {
                    implied.addAll(of(one, vote, other, otherVote));
                  }
                }));
    return implied;
  }

  private static List<ImpliedVote> of(
      Question.HowGood one, Vote vote, Question.HowGood other, Vote otherVote) {
    List<ImpliedVote> implied = new ArrayList<>();
    long sum = 0;
    int common = 0;
    boolean asked = false;
    for (Mark mark : marks(vote)) {
      OptionalInt gap = gapPpm(mark, marks(otherVote));
      if (gap.isPresent()) {
        implied.add(implied(mark.attribute(), gap.getAsInt(), one, vote, other, otherVote));
        sum += gap.getAsInt();
        common++;
        asked |= mark.attribute().equals(one.criterion());
      }
    }
    if (common > 0 && !asked) {
      implied.add(
          implied(one.criterion(), Math.toIntExact(sum / common), one, vote, other, otherVote));
    }
    return implied;
  }

  /** Returns how much better the mark is than the one of the same attribute and scale. */
  private static OptionalInt gapPpm(Mark mark, List<Mark> others) {
    return others.stream()
        .filter(other -> other.attribute().equals(mark.attribute()))
        .filter(other -> other.scaleMin() == mark.scaleMin() && other.scaleMax() == mark.scaleMax())
        .mapToInt(
            other ->
                Math.toIntExact(
                    Math.round(
                        (mark.value() - other.value())
                            / (mark.scaleMax() - mark.scaleMin())
                            * PPM)))
        .findFirst();
  }

  private static ImpliedVote implied(
      String criterion,
      int gapPpm,
      Question.HowGood one,
      Vote vote,
      Question.HowGood other,
      Vote otherVote) {
    Verdict.OfPair verdict =
        switch (Integer.signum(gapPpm)) {
          case 1 -> Verdict.OfPair.A_BETTER;
          case -1 -> Verdict.OfPair.B_BETTER;
          default -> Verdict.OfPair.TIE;
        };
    return ImpliedVote.of(
        one.itemId(),
        criterion,
        one.candidateId(),
        other.candidateId(),
        verdict,
        gapPpm,
        List.of(vote, otherVote));
  }

  private static List<Mark> marks(Vote vote) {
    return vote.verdict() instanceof Verdict.Marks(List<Mark> marks) ? marks : List.of();
  }
}
