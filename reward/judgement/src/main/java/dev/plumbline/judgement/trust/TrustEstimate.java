/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import dev.plumbline.judgement.Trust;
import dev.plumbline.judgement.trust.Meetings.Meeting;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom to believe, from what was counted: a pure function of ledger and policy.
 *
 * <p>Those whom {@link Detectors} suspect are no witnesses when competence k is estimated ({@link
 * CrowdModel}). A vote's trust is (k - noTrust) / (fullTrust - noTrust), within 0 and full: who
 * knows a modest part of the answers counts fully, who guesses not at all, a newcomer fully until
 * answers speak against it. Odds of {@link TrustPolicy#suspicionOdds} for guessing and against
 * knowing that modest part bring quarantine too ({@link Suspicion#CHANCE}).
 */
public final class TrustEstimate {
  private final TrustLedger ledger;
  private final TrustPolicy policy;
  private final Meetings meetings;
  private final SortedMap<String, Set<Suspicion>> suspicions;
  private final CrowdModel crowd;
  private final TrustSnapshot snapshot;

  /** Estimates whom to believe from what {@code ledger} has counted. */
  public TrustEstimate(TrustLedger ledger, TrustPolicy policy) {
    this.ledger = ledger;
    this.policy = policy;
    meetings = new Meetings(ledger);
    suspicions = new TreeMap<>(Detectors.suspicions(ledger, policy));
    crowd = fitted();
    double enough = StrictMath.log(policy.suspicionOdds());
    for (int i = 0; i < meetings.ids().size(); i++) {
      if (crowd.logOddsAgainstGuessing(i, policy.fullTrustPpm() / 1e6) < -enough) {
        suspect(meetings.ids().get(i), Suspicion.CHANCE);
      }
    }
    policy.blocked().forEach(id -> suspect(id, Suspicion.BY_HAND));
    snapshot = standings();
  }

  /** Returns the snapshot that follows from {@code ledger}. */
  public static TrustSnapshot of(TrustLedger ledger, TrustPolicy policy) {
    return new TrustEstimate(ledger, policy).snapshot();
  }

  /** Returns the model of the crowd that the snapshot rests on. */
  public CrowdModel crowd() {
    return crowd;
  }

  /** Returns how far everybody is believed. */
  public TrustSnapshot snapshot() {
    return snapshot;
  }

  private CrowdModel fitted() {
    Set<String> excluded = new TreeSet<>(suspicions.keySet());
    excluded.addAll(policy.blocked());
    excluded.removeAll(policy.released());
    return new CrowdModel(ledger, meetings, excluded, policy);
  }

  private void suspect(String id, Suspicion suspicion) {
    EnumSet<Suspicion> all = EnumSet.of(suspicion);
    all.addAll(suspicions.getOrDefault(id, Set.of()));
    suspicions.put(id, all);
  }

  private TrustSnapshot standings() {
    SortedMap<String, Standing> standings = new TreeMap<>();
    for (int i = 0; i < meetings.ids().size(); i++) {
      standings.put(meetings.ids().get(i), standing(i));
    }
    Standing newcomer = standing("", CrowdModel.NEWCOMER, 0, 0, 0);
    policy
        .blocked()
        .forEach(
            id ->
                standings.computeIfAbsent(
                    id, unseen -> standing(unseen, CrowdModel.NEWCOMER, 0, 0, 0)));
    return new TrustSnapshot(ledger.epoch(), newcomer, standings);
  }

  private Standing standing(int annotator) {
    String id = meetings.ids().get(annotator);
    LedgerEntry entry = ledger.annotators().getOrDefault(id, LedgerEntry.NONE);
    double agreements = 0;
    double met = 0;
    for (Meeting meeting : meetings.of(annotator)) {
      met += meeting.count();
      agreements += meeting.said() == meeting.partnerSaid() ? meeting.count() : 0;
    }
    return standing(
        id,
        crowd.known(annotator),
        entry.votes() / TrustLedger.UNIT,
        (long) agreements,
        (long) (met - agreements));
  }

  private Standing standing(
      String id, double known, long votes, long agreements, long disagreements) {
    boolean released = policy.released().contains(id);
    Set<Suspicion> reasons = released ? Set.of() : suspicions.getOrDefault(id, Set.of());
    double no = policy.noTrustPpm() / 1e6;
    double full = policy.fullTrustPpm() / 1e6;
    double trust = Math.max(0, Math.min(1, (known - no) / (full - no)));
    return new Standing(
        (int) (Trust.FULL_PPM * (1 + known) / 2),
        released ? Trust.FULL_PPM : reasons.isEmpty() ? (int) (Trust.FULL_PPM * trust) : 0,
        votes,
        agreements,
        disagreements,
        reasons);
  }
}
