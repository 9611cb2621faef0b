/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.time.Instant;
import java.util.List;

/**
 * How far an annotator is believed, as of the end of an epoch of accepted time.
 *
 * @param annotatorId the annotator
 * @param epoch the epoch's number
 * @param endsAt its end in accepted time
 * @param agreements answers that agreed with those of others on the same question
 * @param disagreements answers that did not
 * @param reliabilityPpm probability that a judgement is right, parts per million
 * @param trustPpm how much a vote counts, parts per million; 0 in quarantine
 * @param suspicions why the annotator is in quarantine, sorted; empty for all others
 */
public record TrustEpoch(
    String annotatorId,
    long epoch,
    Instant endsAt,
    long agreements,
    long disagreements,
    int reliabilityPpm,
    int trustPpm,
    List<String> suspicions) {
  public TrustEpoch {
    Limits.requireId("annotatorId", annotatorId);
    Limits.requireProbPpm("reliabilityPpm", reliabilityPpm);
    Limits.requireProbPpm("trustPpm", trustPpm);
    suspicions = suspicions.stream().sorted().toList();
  }

  /** Returns whether the annotator's votes are set aside. */
  public boolean isQuarantined() {
    return !suspicions.isEmpty();
  }
}
