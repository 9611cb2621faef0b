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
   * @param votes all votes on the question that came before
   */
  static Admission of(
      TrustSettings settings,
      PreferenceState known,
      Question question,
      Ballot votes,
      Settlement.Arrival arrival) {
    KnownTrust trust = known.trust();
    Vote given = arrival.vote();
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
      effects.add(new Effect.Count(epoch, counts));
    }
    if (!trust.isCompleteThrough(epoch - 1)) {
      effects.add(new Effect.AwaitTrust(epoch, new Weighable.OfVotes(question)));
    }
    if (vote.weighing().discount() != null) {
      effects.add(new Effect.CountDiscounted(vote.weighing().discount()));
    }
    return new Admission(vote, List.copyOf(effects));
  }
}
