/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.trust;

import dev.plumbline.judgement.trust.Alphabet;
import dev.plumbline.judgement.trust.Competence;
import dev.plumbline.judgement.trust.CountedVote;
import dev.plumbline.judgement.trust.Standing;
import dev.plumbline.judgement.trust.StandingVote;
import dev.plumbline.judgement.trust.TrustCounts;
import dev.plumbline.judgement.trust.TrustEstimate;
import dev.plumbline.judgement.trust.TrustLedger;
import dev.plumbline.judgement.trust.TrustPolicy;
import dev.plumbline.judgement.trust.TrustTally;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Votes as streams take them: counted in their epoch, and weighed with what the epochs before it
 * said of their annotators.
 */
final class EpochReplay {
  /** A vote on an item. */
  record Ballot(int epoch, String item, CountedVote vote) {}

  /** A vote and how far its annotator was believed then. */
  record Weighed(Ballot ballot, Standing standing, Competence competence) {}

  private EpochReplay() {}

  /**
   * Weighs votes.
   *
   * @param ballots in the order in which they arrive, epochs ascending
   */
  static List<Weighed> weigh(List<Ballot> ballots, Alphabet alphabet, TrustPolicy policy) {
    TrustLedger ledger = TrustLedger.EMPTY;
    TrustEstimate estimate = new TrustEstimate(ledger, policy);
    TrustTally tally = new TrustTally();
    Map<String, List<StandingVote>> before = new HashMap<>();
    List<Weighed> weighed = new ArrayList<>(ballots.size());
    int open = 0;
    for (Ballot ballot : ballots) {
      if (ballot.epoch() > open) {
        ledger = ledger.close(open, tally.counts(), policy);
        estimate = new TrustEstimate(ledger, policy);
        tally = new TrustTally();
        open = ballot.epoch();
      }
      CountedVote vote = ballot.vote();
      List<StandingVote> others = before.computeIfAbsent(ballot.item(), item -> new ArrayList<>());
      tally.add(TrustCounts.of(alphabet, vote, others));
      others.add(new StandingVote(vote.annotator(), vote.verdict()));
      weighed.add(
          new Weighed(
              ballot,
              estimate.snapshot().of(vote.annotator()),
              estimate.crowd().of(vote.annotator(), alphabet)));
    }
    return List.copyOf(weighed);
  }
}
