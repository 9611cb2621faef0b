/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.judgement.trust;

import dev.plumbline.judgement.Trust;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How far an annotator is believed.
 *
 * @param reliabilityPpm P(the annotator says what is true | a question of two equally likely
 *     answers), parts per million: 500000 is chance
 * @param trustPpm how much a vote counts, 0 to {@link Trust#FULL_PPM}; 0 in quarantine
 * @param votes answers it rests on, rounded down; old ones fade
 * @param agreements of those pairs of answers that the annotator gave together with somebody else,
 *     how many agreed, rounded down
 * @param disagreements how many of them did not
 * @param suspicions why the annotator is in quarantine; empty for all others
 */
public record Standing(
    int reliabilityPpm,
    int trustPpm,
    long votes,
    long agreements,
    long disagreements,
    Set<Suspicion> suspicions) {
  public Standing {
    suspicions =
        suspicions.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(suspicions));
  }

  /** Whether the annotator's votes are set aside. */
  public boolean quarantined() {
    return !suspicions.isEmpty();
  }
}
