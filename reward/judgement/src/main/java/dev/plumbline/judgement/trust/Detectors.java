/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Behaviours that need no second opinion. Each is a test of A. Wald (Sequential tests of
 * statistical hypotheses, Annals of Mathematical Statistics 16, 1945): of n answers, h showed the
 * behaviour; one who behaves so does in {@link #HABIT} of them, an honest annotator in at most b,
 * and the odds
 *
 * <pre>(HABIT / b)^h ((1 - HABIT) / (1 - b))^(n - h)</pre>
 *
 * <p>must exceed {@link TrustPolicy#suspicionOdds}. By Wald's bound an honest annotator is ever
 * suspected with a probability of at most one over these odds. They fall with each answer that does
 * not show the behaviour, which is what ends the quarantine.
 *
 * <ul>
 *   <li>{@link Suspicion#SAME_SIDE}, {@link Suspicion#BY_LENGTH}: b is the whole crowd's share, but
 *       at least {@link #HONEST_BIAS}; both directions are tested.
 *   <li>{@link Suspicion#COPYCAT}: who repeats the last speaker. b is the root of the crowd's
 *       share, at least what an annotator who is always right could reach.
 *   <li>{@link Suspicion#GOLD_FAILED}: guesses (half are wrong) against one wrong of five.
 *   <li>{@link Suspicion#BURST}: at least half of the answers were given in bursts.
 * </ul>
 */
final class Detectors {
  static final double HABIT = 0.98;
  static final double HONEST_BIAS = 0.6;
  private static final double GOLD_WRONG_OF_GUESSERS = 0.5;
  private static final double GOLD_WRONG_OF_HONEST = 0.2;

  private Detectors() {}

  /** Returns the suspicions against each annotator that has any. */
  static SortedMap<String, Set<Suspicion>> suspicions(TrustLedger ledger, TrustPolicy policy) {
    double first = share(ledger, LedgerEntry::shownFirst, LedgerEntry::placed);
    double longer = share(ledger, LedgerEntry::longer, LedgerEntry::measured);
    double repeats = Math.sqrt(share(ledger, LedgerEntry::repeated, LedgerEntry::followed));
    double enough = StrictMath.log(policy.suspicionOdds());
    SortedMap<String, Set<Suspicion>> found = new TreeMap<>();
    ledger
        .annotators()
        .forEach(
            (id, entry) -> {
              EnumSet<Suspicion> own = EnumSet.noneOf(Suspicion.class);
              if (habit(entry.placed(), entry.shownFirst(), first) > enough
                  || habit(entry.placed(), entry.placed() - entry.shownFirst(), 1 - first)
                      > enough) {
                own.add(Suspicion.SAME_SIDE);
              }
              if (habit(entry.measured(), entry.longer(), longer) > enough
                  || habit(entry.measured(), entry.measured() - entry.longer(), 1 - longer)
                      > enough) {
                own.add(Suspicion.BY_LENGTH);
              }
              if (habit(entry.followed(), entry.repeated(), repeats) > enough) {
                own.add(Suspicion.COPYCAT);
              }
              if (logOdds(
                      entry.goldWrong(),
                      entry.goldRight(),
                      GOLD_WRONG_OF_GUESSERS,
                      GOLD_WRONG_OF_HONEST)
                  > enough) {
                own.add(Suspicion.GOLD_FAILED);
              }
              if (entry.hurried() > 0 && 2 * entry.hurried() >= entry.votes()) {
                own.add(Suspicion.BURST);
              }
              if (!own.isEmpty()) {
                found.put(id, Collections.unmodifiableSet(own));
              }
            });
    return found;
  }

  /** ln of the odds of the habit against honesty; none where honest answers look the same. */
  static double habit(long answers, long shown, double crowd) {
    double honest = Math.max(HONEST_BIAS, crowd);
    return honest >= HABIT ? 0 : logOdds(shown, answers - shown, HABIT, honest);
  }

  private static double logOdds(long yes, long no, double suspected, double honest) {
    return (yes * StrictMath.log(suspected / honest)
            + no * StrictMath.log((1 - suspected) / (1 - honest)))
        / TrustLedger.UNIT;
  }

  private static double share(
      TrustLedger ledger, ToLongFunction<LedgerEntry> part, ToLongFunction<LedgerEntry> whole) {
    long parts = ledger.annotators().values().stream().mapToLong(part).sum();
    long wholes = ledger.annotators().values().stream().mapToLong(whole).sum();
    return wholes == 0 ? 0 : (double) parts / wholes;
  }
}
