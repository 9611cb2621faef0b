/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Collections;
import java.util.Set;

/**
 * What trust is computed by.
 *
 * @param halfLifeEpochs epochs after which counts weigh half: they halve whenever an epoch begins
 *     whose number is divisible by it
 * @param newcomerWeight how many answers it takes to outweigh what is believed of a newcomer, who
 *     is held to know two answers of three
 * @param noTrustPpm competence (share of answers that are known, not guessed; ppm) up to which a
 *     vote counts nothing
 * @param fullTrustPpm competence from which on a vote counts fully; in proportion between
 * @param suspicionOdds odds against honesty that quarantine asks for
 * @param burstVotes answers within a sixtieth of an epoch that nobody can have thought about
 * @param blocked annotators that an operator put in quarantine
 * @param released annotators that an operator keeps out of quarantine, whatever the counts say;
 *     they count fully
 */
public record TrustPolicy(
    int halfLifeEpochs,
    int newcomerWeight,
    int noTrustPpm,
    int fullTrustPpm,
    int suspicionOdds,
    int burstVotes,
    Set<String> blocked,
    Set<String> released) {
  /** The policy that streams use unless settings say otherwise. */
  public static final TrustPolicy DEFAULT =
      new TrustPolicy(168, 2, 200_000, 400_000, 100, 20, Set.of(), Set.of());

  public TrustPolicy {
    requirePositive("halfLifeEpochs", halfLifeEpochs);
    requirePositive("newcomerWeight", newcomerWeight);
    requirePositive("suspicionOdds", suspicionOdds);
    requirePositive("burstVotes", burstVotes);
    if (noTrustPpm < 0 || noTrustPpm >= fullTrustPpm || fullTrustPpm > 666_666) {
      throw new IllegalArgumentException(
          "noTrustPpm and fullTrustPpm must ascend within 0 to 666666, but were %d, %d"
              .formatted(noTrustPpm, fullTrustPpm));
    }
    blocked = Set.copyOf(blocked);
    released = Set.copyOf(released);
    if (!Collections.disjoint(blocked, released)) {
      throw new IllegalArgumentException(
          "nobody can be blocked and released at once, but blocked was %s, released %s"
              .formatted(blocked, released));
    }
  }

  /** Returns this policy with others blocked and released by hand. */
  public TrustPolicy withByHand(Set<String> nowBlocked, Set<String> nowReleased) {
    return new TrustPolicy(
        halfLifeEpochs,
        newcomerWeight,
        noTrustPpm,
        fullTrustPpm,
        suspicionOdds,
        burstVotes,
        nowBlocked,
        nowReleased);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s must be at least 1, but was %d".formatted(name, value));
    }
  }
}
