/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.CountedVote;
import dev.plumbline.judgement.trust.Overlap;
import dev.plumbline.judgement.trust.StandingVote;
import dev.plumbline.judgement.trust.TrustCounts;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a vote says about whom to believe, at the moment when it comes: a function of what its
 * partition's feedback said before.
 *
 * <p>What answers imply for pairs is not counted a second time. An annotator's first answer to a
 * question is counted beside the standing answers of others; a changed answer is not, nor is an
 * abstention. A ranking is one answer that agrees or not with others on every pair of its
 * candidates. An answer beyond what one annotator may say counts as said, but is compared with
 * nothing. Where gold annotators answered, the answers of all others are right or wrong by theirs,
 * and are compared with nothing else. Signals and implied votes are no answers.
 *
 * <p>What a retraction has taken back is compared with nothing that comes after it, and a vote that
 * was taken back before it came is not counted; what was counted stays. Votes on an item that is
 * erased with the person whose prompt it is are counted as if it were not: when that prompt arrived
 * must not matter, because only feedback decides whom to believe.
 */
final class VoteCounting {
  private final Question question;
  private final Predicate<String> isGold;

  /** The answers to the question that came before, in the order in which they were accepted. */
  private final List<Vote> earlier;

  private VoteCounting(Question question, Ballot before, Predicate<String> isGold) {
    this.question = question;
    this.isGold = isGold;
    earlier =
        before.answers().stream()
            .filter(vote -> !vote.weighing().isOverInfluence())
            .filter(vote -> vote.ground().isOutright())
            .sorted(Comparator.comparing(Vote::acceptedAt).thenComparing(Vote::eventId))
            .toList();
  }

  /**
   * Returns whether it is the first answer of its annotator, among the votes before, that counts.
   */
  static boolean isFirst(Ballot before, Vote vote) {
    return vote.verdict().isEvidence()
        && vote.ground().isOutright()
        && before.votes().stream()
            .filter(other -> other.annotatorId().equals(vote.annotatorId()))
            .filter(other -> other.ground().isOutright())
            .noneMatch(
                other -> other.verdict().isEvidence() && !other.weighing().isOverInfluence());
  }

  /**
   * Returns what is to be counted for an annotator's first answer.
   *
   * @param before the votes that came before
   * @param isGold tells the annotators whose answers are true
   */
  static TrustCounts of(
      Question question, Ballot before, Vote vote, Manner manner, Predicate<String> isGold) {
    return new VoteCounting(question, before, isGold).count(vote, manner);
  }

  private TrustCounts count(Vote vote, Manner manner) {
    if (isGold.test(vote.annotatorId())) {
      return earlier.stream()
          .filter(other -> !isGold.test(other.annotatorId()))
          .map(other -> checked(other, vote))
          .reduce(TrustCounts.NONE, TrustCounts::plus);
    }
    List<Vote> gold = earlier.stream().filter(other -> isGold.test(other.annotatorId())).toList();
    if (!gold.isEmpty()) {
      return gold.stream()
          .map(other -> checked(vote, other))
          .reduce(TrustCounts.NONE, TrustCounts::plus);
    }
    List<Integer> answers = answers(vote);
    boolean isCompared = !vote.weighing().isOverInfluence();
    var counted =
        new CountedVote(
            vote.annotatorId(),
            answers.getFirst(),
            manner.place(),
            manner.length(),
            manner.sixtieth());
    if (answers.size() == 1) {
      return TrustCounts.of(alphabet(), counted, isCompared ? others(0) : List.of());
    }
    TrustCounts counts = TrustCounts.of(alphabet(), counted, List.of());
    return isCompared ? new TrustCounts(counts.annotators(), overlaps(vote)) : counts;
  }

  /** Returns what others said of one part of the question, in the order in which they spoke. */
  private List<StandingVote> others(int part) {
    return earlier.stream()
        .map(other -> new StandingVote(other.annotatorId(), answers(other).get(part)))
        .toList();
  }

  private SortedMap<Overlap, Long> overlaps(Vote vote) {
    SortedMap<Overlap, Long> overlaps = new TreeMap<>();
    List<Integer> answers = answers(vote);
    for (int part = 0; part < answers.size(); part++) {
      var answer = new CountedVote(vote.annotatorId(), answers.get(part), null, null, null);
      TrustCounts.of(alphabet(), answer, others(part))
          .overlaps()
          .forEach((overlap, n) -> overlaps.merge(overlap, n, Long::sum));
    }
    return overlaps;
  }

  private TrustCounts checked(Vote vote, Vote gold) {
    var answer =
        answers(vote).equals(answers(gold))
            ? TrustCounts.GoldAnswer.RIGHT
            : TrustCounts.GoldAnswer.WRONG;
    return TrustCounts.gold(vote.annotatorId(), answer);
  }

  private Alphabet alphabet() {
    return switch (question) {
      case Question.WhichIsBetter pair -> Alphabet.PAIR;
      case Question.WhichOrder order -> Alphabet.PAIR;
      case Question.WhichSegment pair -> Alphabet.PAIR;
      case Question.IsDesirable one -> Alphabet.THUMBS;
      case Question.HowGood one ->
          throw new IllegalStateException("ratings are not counted: " + one);
    };
  }

  /** Returns the answers that a verdict consists of, each a verdict of the alphabet. */
  private static List<Integer> answers(Vote vote) {
    return switch (vote.verdict()) {
      case Verdict.OfPair pair -> List.of(PairAnswer.of(pair));
      case Verdict.OfOne one -> List.of(one == Verdict.OfOne.DESIRABLE ? 0 : 1);
      case Verdict.Order(List<Integer> tierOf) -> PairAnswer.of(tierOf);
      case Verdict.Marks marks ->
          throw new IllegalStateException("ratings are not counted: " + marks);
    };
  }
}
