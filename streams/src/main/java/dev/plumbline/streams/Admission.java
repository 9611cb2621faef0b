/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.streams;

import dev.plumbline.judgement.trust.TrustCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * How a vote is taken in, whatever becomes of its question: how much it counts, what it says of
 * whom to believe, and whether a later snapshot weighs it anew.
 *
 * @param vote the vote, weighed
 * @param effects what follows from it for trust
 */
record Admission(Vote vote, List<Effect> effects) {

  /**
   * Admits a vote.
   *
   * @param before all votes on the question that came before
   */
  static Admission of(
      TrustSettings settings,
      PreferenceState known,
      Question question,
      Ballot before,
      Settlement.Arrival arrival) {
    KnownTrust trust = known.trust();
    Vote given = arrival.vote();
    Ballot votes =
        before.votes().stream().anyMatch(Vote::isTakenBack)
            ? before.mapped(vote -> asFeedbackAloneTells(vote, question, known))
            : before;
    long epoch = given.weighing().epoch();
    boolean isFirst = VoteCounting.isFirst(votes, given);
    Vote vote =
        isFirst && trust.hasSaidEnough(epoch, given.annotatorId())
            ? given.weighed(Weighing.overInfluence(epoch))
            : given;
    List<Effect> effects = new ArrayList<>();
    if (isFirst) {
      TrustCounts counts =
          VoteCounting.of(question, votes, vote, arrival.manner(), settings::isGold);
      effects.add(new Effect.Count(epoch, question.itemId(), vote.eventId(), counts));
    }
    if (!trust.isCompleteThrough(epoch - 1) && !isAwaited(before, epoch)) {
      effects.add(new Effect.AwaitTrust(epoch, new Weighable.OfVotes(question)));
    }
    if (vote.weighing().discount() != null) {
      effects.add(new Effect.CountDiscounted(vote.weighing().discount()));
    }
    return new Admission(vote, List.copyOf(effects));
  }

  /** Returns whether an earlier vote of the epoch sees to it that the question is weighed anew. */
  private static boolean isAwaited(Ballot before, long epoch) {
    return before.votes().stream()
        .anyMatch(
            vote ->
                vote.weighing().epoch() == epoch
                    && vote.ground().isOutright()
                    && !vote.isTakenBack());
  }

  /** A vote that no retraction means was taken back with an item whose prompt was erased. */
  private static Vote asFeedbackAloneTells(Vote vote, Question question, PreferenceState known) {
    String itemId = question.itemId();
    return vote.isTakenBack()
            && known.retractions(itemId, vote.eventId()).isEmpty()
            && !known.isTakenBack(new TakenBack.Person(vote.annotatorId()))
            && question.candidateIds().stream()
                .noneMatch(id -> known.isTakenBack(new TakenBack.Candidate(itemId, id)))
        ? vote.restored()
        : vote;
  }
}
