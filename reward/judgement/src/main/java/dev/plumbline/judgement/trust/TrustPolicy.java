/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What trust is computed by. {@link #DEFAULT} and its {@code with} methods give every policy.
 *
 * @param halfLifeEpochs epochs after which counts weigh half; counts halve whenever an epoch number
 *     divisible by it begins
 * @param newcomerReliabilityPpm what is believed of somebody who has not met others yet
 * @param newcomerWeight how many answers that belief is worth
 * @param fullTrustReliabilityPpm reliability from which on a vote counts fully; it counts nothing
 *     at chance (500000), and in proportion between
 * @param suspicionOdds odds against honesty that quarantine asks for
 * @param burstVotes answers in a sixtieth of an epoch that nobody can have read
 * @param blocked annotators that an operator put in quarantine
 * @param released annotators that an operator took out of quarantine, whatever the counts say
 */
public record TrustPolicy(
    int halfLifeEpochs,
    int newcomerReliabilityPpm,
    int newcomerWeight,
    int fullTrustReliabilityPpm,
    int suspicionOdds,
    int burstVotes,
    Set<String> blocked,
    Set<String> released) {
  /** The policy that streams use unless settings say otherwise. */
  public static final TrustPolicy DEFAULT =
      new TrustPolicy(168, 800_000, 4, 650_000, 1000, 30, Set.of(), Set.of());

  public TrustPolicy {
    SequencedMap<String, Integer> positive = new LinkedHashMap<>();
    positive.put("halfLifeEpochs", halfLifeEpochs);
    positive.put("newcomerWeight", newcomerWeight);
    positive.put("suspicionOdds", suspicionOdds);
    positive.put("burstVotes", burstVotes);
    for (Map.Entry<String, Integer> entry : positive.entrySet()) {
      if (entry.getValue() < 1) {
        throw new IllegalArgumentException(
            "%s must be at least 1, but was %d".formatted(entry.getKey(), entry.getValue()));
      }
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
        newcomerReliabilityPpm,
        newcomerWeight,
        fullTrustReliabilityPpm,
        suspicionOdds,
        burstVotes,
        nowBlocked,
        nowReleased);
  }
}
